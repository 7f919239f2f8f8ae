/**
 * Sends what this counter recorded (rules Q2–Q5). Runs in a page and in the service worker; a Web Lock lets one send on a
 * device. Every verdict is stored before the next batch leaves. Which operation does what next is decided in
 * queue.pure.ts.
 */
import { BATCH_OPERATIONS, type BatchSyncOutcome, batchSyncAnswerSchema } from '../../contract/batch-sync.ts'
import { stockRecord } from '../../contract/records/stock.ts'
import { PATHS } from '../../contract/rest.ts'
import { inOneTransaction, updateOperations } from '../../db/sales/operations.ts'
import { readAbout, readInState, readOperations, readWaiting } from '../../db/sales/read-operations.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import { readKnownEpoch, readSalesMeta, writeSalesMeta } from '../../db/sales/sales-meta.ts'
import type { OperationError, OperationResult, OperationRow, StockEffect } from '../../db/sales/sales-rows.ts'
import { backoffMs } from '../backoff.pure.ts'
import { HttpFailure } from '../errors.ts'
import { failureKind } from '../failure-kind.ts'
import { isNewerMark } from '../live/mark-keeper.ts'
import type { FailureJournal, HttpLike, LockManagerLike, RandomLike } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import { takeBytes, toBatchRequest, verdictOn } from './batch-request.pure.ts'
import { withLearned } from './learn-versions.pure.ts'
import { isPremature, LONGEST_WAIT_MS, planBatch, type QueueEvent, stepOperation } from './queue.pure.ts'

export interface QueueDeps {
  readonly salesDb: SalesDb
  readonly http: HttpLike
  readonly locks: LockManagerLike
  readonly branchCode: string
  readonly deviceId: string
  readonly now: () => number
  /** By which waits are measured: only goes forward. */
  readonly steady: () => number
  readonly random: RandomLike
  /** Somebody waits in front of the screen: shorter pauses. */
  readonly isAttentive: () => boolean
  readonly journal: FailureJournal
}

/**
 * `done`: nothing waits. `waiting`: the next is due at `at`, steady ms. `paused`: the server does not take this device; a person
 * has to act. `failed`: the local database does not answer.
 */
export type DrainOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'waiting'; readonly at: number }
  | { readonly kind: 'paused' }
  | { readonly kind: 'failed' }

const SENDER_LOCK = 'mstore-sender'
/**
 * A sender that was frozen in the middle of a request is not waited for any longer, ms: the server books each operation once
 * whoever sends it, and a late verdict finds the operation where it belongs.
 */
const STUCK_AFTER_MS = 120_000
/** How long the answer may take, ms, and the slowest line that a batch is given the time for, bytes a ms. */
const TIMEOUT_MS = 30_000
const SLOWEST_LINE = 2
/** Bytes of contents in one batch: on the slowest line it is up before a waiting context takes the sender for stuck. */
const BATCH_BYTES = 100_000
/** Read ahead of a batch, so that what is due is found behind what waits. */
const READ_AHEAD = 500

/** Sends everything that is due, batch after batch. `ignoreBackoff`: the line is back, or a person asked. Never rejects. */
export async function drainQueue(deps: QueueDeps, { ignoreBackoff = false } = {}): Promise<DrainOutcome> {
  const tried = new Set<string>()
  try {
    for (;;) {
      // The lock is for one batch: whoever waits for it must not take a sender that gets on for one that is stuck.
      const outcome = await deps.locks.request(SENDER_LOCK, { stealAfterMs: STUCK_AFTER_MS }, () =>
        sendNext(deps, tried, ignoreBackoff),
      )
      if (outcome?.kind !== 'answered') return outcome ?? { kind: 'done' }
    }
  } catch (error) {
    deps.journal.note(failureKind(error, 'crash'), 'Sending', error)
    return { kind: 'failed' }
  }
}

/**
 * Asks the server for its verdict on these operations now (rules R5, C8). Returns those that have none afterwards. Rejects
 * when the local database fails.
 */
export async function askForVerdicts(deps: QueueDeps, offlineIds: readonly string[]): Promise<readonly string[]> {
  const unanswered = await deps.locks.request(SENDER_LOCK, { stealAfterMs: STUCK_AFTER_MS }, async () => {
    await putBackInterrupted(deps)
    const asked = new Set(offlineIds)
    const tried = new Set<string>()
    for (;;) {
      const waiting = (await readInState(deps.salesDb, 'queued')).filter(({ offline_id: id }) => asked.has(id))
      const untried = waiting.filter(({ offline_id: id }) => !tried.has(id))
      const batch = takeBytes(untried.slice(0, BATCH_OPERATIONS), BATCH_BYTES)
      if (batch.length === 0) return waiting.map(({ offline_id: id }) => id)
      for (const { offline_id: id } of batch) tried.add(id)
      const outcome = await sendBatch(deps, batch)
      if (outcome.kind !== 'answered') return waiting.map(({ offline_id: id }) => id)
    }
  })
  return unanswered ?? offlineIds
}

/** Sends one batch of what is due. `answered`: there may be more. `tried`: forced once; grows. */
async function sendNext(
  deps: QueueDeps,
  tried: Set<string>,
  ignoreBackoff: boolean,
): Promise<DrainOutcome | { readonly kind: 'answered' }> {
  const { salesDb, steady } = deps
  await putBackInterrupted(deps)
  const waiting = await readWaiting(salesDb, deps.branchCode, READ_AHEAD)
  const { operations, nextDueAt } = planBatch(waiting, {
    now: steady(),
    limit: BATCH_OPERATIONS,
    isForced: ({ offline_id: id }) => ignoreBackoff && !tried.has(id),
  })
  if (operations.length === 0) return nextDueAt === null ? { kind: 'done' } : { kind: 'waiting', at: nextDueAt }
  const batch = takeBytes(operations, BATCH_BYTES)
  for (const { offline_id: id } of batch) tried.add(id)
  return await sendBatch(deps, batch)
}

/** A context that died in the middle of sending: nobody else holds the lock, so no request of it is under way. */
async function putBackInterrupted({ salesDb, steady }: QueueDeps): Promise<void> {
  const interrupted = await readInState(salesDb, 'sending')
  const error = { kind: 'offline', message: 'interrupted', at: 0 } as const
  await updateOperations(
    salesDb,
    interrupted.map(({ offline_id: id }) => id),
    (row) => stepOperation(row, { type: 'fail', error, nextAttemptAt: steady() }),
  )
}

/** `answered`: each has a verdict or a time for its next attempt. Else the line or the server stands in the way of all. */
type BatchOutcome = { kind: 'answered' } | { kind: 'waiting'; at: number } | { kind: 'paused' }

async function sendBatch(deps: QueueDeps, operations: readonly OperationRow[]): Promise<BatchOutcome> {
  const { salesDb, now } = deps
  const ids = operations.map(({ offline_id: id }) => id)
  let sent: OperationRow[] = []
  let epochBefore: string | null = null
  await inOneTransaction(salesDb, async () => {
    const sending = updateOperations(salesDb, ids, (row) => stepOperation(row, { type: 'send' }))
    ;[sent, epochBefore] = await Promise.all([sending, readKnownEpoch(salesDb)])
  })
  let outcome: BatchSyncOutcome
  try {
    const seen = (await readSalesMeta(salesDb, 'mark'))?.text
    const request = toBatchRequest(sent, deps.deviceId, new Date(now()).toISOString())
    const body = seen === undefined ? request : { ...request, seen }
    const timeoutMs = TIMEOUT_MS + JSON.stringify(body).length / SLOWEST_LINE
    const answer = await deps.http({ method: 'POST', path: PATHS.batchSync, body, timeoutMs })
    outcome = readAnswer(batchSyncAnswerSchema, answer).data
    // Before its verdicts: what is settled is never more than what can be proved.
    if (outcome.log) await keepMark(salesDb, outcome.log, seen)
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    return await failBatch(deps, sent, error)
  }
  await resume(salesDb)
  const verdicts = new Map<string, QueueEvent>(
    sent.map((row) => {
      const nextAttemptAt = deps.steady() + backoffMs(row.attempts, deps.isAttentive(), deps.random)
      const missing = { kind: 'http', message: 'The answer has no result for it', at: now() } as const
      const verdict = verdictOn(row, outcome, now(), nextAttemptAt)
      return [row.offline_id, verdict ?? { type: 'fail', error: missing, nextAttemptAt }]
    }),
  )
  await delayPremature(deps, sent, verdicts, outcome.epoch)
  await recordVerdicts(salesDb, verdicts, now(), { epoch: outcome.epoch, epochBefore })
  noteRefused(deps, sent, verdicts)
  return { kind: 'answered' }
}

/** Only a mark that was shown gives way to the next one: the log may be another one since. */
async function keepMark(
  salesDb: SalesDb,
  { epoch, seq, mark: text }: NonNullable<BatchSyncOutcome['log']>,
  shown: string | undefined,
): Promise<void> {
  const known = (await readSalesMeta(salesDb, 'mark')) ?? null
  const mark = { epoch, seq, text }
  if (known?.text === shown && isNewerMark(known, mark)) await writeSalesMeta(salesDb, 'mark', mark)
}

/** What is refused for want of something that has still to go up from here is tried again after that. */
async function delayPremature(
  { salesDb, steady, random, isAttentive }: QueueDeps,
  sent: readonly OperationRow[],
  verdicts: Map<string, QueueEvent>,
  epoch: string | null,
): Promise<void> {
  const earlier = await readOperations(
    salesDb,
    sent.map(({ about }) => about),
  )
  for (const { offline_id: id, about, attempts } of sent) {
    const verdict = verdicts.get(id)
    const first = { row: earlier.get(about), verdict: verdicts.get(about) }
    if (verdict?.type !== 'refuse' || !isPremature(verdict, first, epoch)) continue
    const nextAttemptAt = steady() + backoffMs(attempts, isAttentive(), random)
    verdicts.set(id, { type: 'fail', error: verdict.error, nextAttemptAt })
  }
}

/** `epoch`: of the answer. `epochBefore`: the one that was known when its request left. */
interface AnswerLife {
  readonly epoch: string | null
  readonly epochBefore: string | null
}

/**
 * Stores the verdicts, and with them what they tell of stock (rule D2). An answer that a new life of the server has overtaken
 * is of one that is over: what it confirmed goes up again, as all that was confirmed there (rule C8).
 */
async function recordVerdicts(
  salesDb: SalesDb,
  verdicts: ReadonlyMap<string, QueueEvent>,
  now: number,
  { epoch, epochBefore }: AnswerLife,
): Promise<void> {
  await inOneTransaction(salesDb, async () => {
    const known = await readKnownEpoch(salesDb)
    const isOver = epoch !== null && known !== epochBefore && known !== epoch
    const written = await updateOperations(
      salesDb,
      [...verdicts.keys()],
      (row) => {
        const event = verdicts.get(row.offline_id)
        const next = event ? stepOperation(row, event) : null
        return isOver && next?.state === 'accepted' ? stepOperation(next, { type: 'reopen' }) : next
      },
      (row, effects) => {
        const event = verdicts.get(row.offline_id)
        return event?.type === 'accept' ? learnFrom(event.result, effects) : 'keep'
      },
    )
    for (const row of written) {
      if (verdicts.get(row.offline_id)?.type !== 'accept') continue
      if (isVoidOfUnknown(row)) {
        if (!isOver) await cancelRefused(salesDb, row.about, now)
        await forgetEffects(salesDb, row.about, row.result)
      }
      if (isBookedAsVoid(row)) await forgetEffects(salesDb, row.offline_id, row.result)
    }
  })
}

function noteRefused({ journal }: QueueDeps, sent: readonly OperationRow[], verdicts: ReadonlyMap<string, QueueEvent>) {
  for (const { offline_id: id, kind } of sent) {
    const verdict = verdicts.get(id)
    if (verdict?.type === 'refuse')
      journal.note('refused', `${kind} ${id}: ${verdict.error.kind}`, verdict.error.message)
  }
}

/** A sale that stands refused ends with its void, which the server accepted without it. */
async function cancelRefused(salesDb: SalesDb, saleId: string, now: number): Promise<void> {
  await updateOperations(
    salesDb,
    [saleId],
    (sale) => (sale.state === 'needs-decision' ? stepOperation(sale, { type: 'cancel', now }) : null),
    () => [],
  )
}

/**
 * Nothing about this sale has an effect on stock in this life of the server: it had not booked the sale when it accepted the
 * void, and never will otherwise than as void. What an older epoch's stock holds of it still counts as it did.
 */
async function forgetEffects(salesDb: SalesDb, saleId: string, result: OperationResult | null): Promise<void> {
  if (!result) return
  const about = await readAbout(salesDb, saleId)
  await updateOperations(
    salesDb,
    about.map(({ offline_id: id }) => id),
    (operation) => operation,
    (_, effects) => effects.map((effect) => withLearned(effect, { epoch: result.epoch, version: 0 })),
  )
}

/** The server knew this sale's void first: it took nothing from stock, and the void, whose verdict may be lost, gives nothing back. */
function isBookedAsVoid({ kind, deltas, result }: OperationRow): boolean {
  if (kind !== 'sale' || result?.epoch == null || deltas.length === 0) return false
  const { versions } = result
  return deltas.every(([productId]) => !(stockRecord(productId) in versions))
}

/** Effects with the versions of a verdict. A backend without a log tells none: its verdict has to do. */
export function learnFrom(result: OperationResult, effects: readonly StockEffect[]): readonly StockEffect[] {
  if (result.epoch === null) return []
  return effects.map((effect) =>
    // A record that the operation did not touch holds it in any version.
    withLearned(effect, { epoch: result.epoch, version: result.versions[stockRecord(effect.product_id)] ?? 0 }),
  )
}

/** The server accepted the void of a sale that it had never booked: such a verdict names no sale of its own. */
export function isVoidOfUnknown({ kind, result }: OperationRow): boolean {
  return kind === 'void' && result !== null && result.epoch !== null && result.server_id === null
}

async function failBatch(deps: QueueDeps, sent: readonly OperationRow[], failure: HttpFailure): Promise<BatchOutcome> {
  const { salesDb, now } = deps
  const at = now()
  const ids = sent.map(({ offline_id: id }) => id)
  if (failure.class === 'unauthorized' || failure.class === 'revoked') {
    await writeSalesMeta(salesDb, 'sender_paused', { kind: failure.class, at })
    deps.journal.note('refused', 'Sending', failure)
    const error: OperationError = { kind: 'http', message: failure.message, at }
    // Somebody may have put the device's matters in order at the server by then.
    await fail(salesDb, ids, error, deps.steady() + LONGEST_WAIT_MS)
    return { kind: 'paused' }
  }
  // Refused as a whole: one of them can't be read there. Each is asked by itself, so that it holds back no other (rule Q5).
  if (failure.class === 'rejected') {
    const [only, ...others] = sent
    if (only && others.length === 0) {
      const error = { kind: 'invalid', message: failure.message, at } as const
      const verdicts = new Map([[only.offline_id, { type: 'refuse', error, conflictId: null } as const]])
      await recordVerdicts(salesDb, verdicts, at, { epoch: null, epochBefore: null })
      noteRefused(deps, sent, verdicts)
      return { kind: 'answered' }
    }
    for (const row of sent) {
      const outcome = await sendBatch(deps, [row])
      if (outcome.kind !== 'answered') return outcome
    }
    return { kind: 'answered' }
  }
  const kind = failure.status === null ? 'offline' : 'http'
  const attempts = Math.min(...sent.map((row) => row.attempts))
  const pause = Math.max(backoffMs(attempts, deps.isAttentive(), deps.random), failure.retryAfterMs ?? 0)
  const dueAt = deps.steady() + Math.min(pause, LONGEST_WAIT_MS)
  await fail(salesDb, ids, { kind, message: failure.message, at }, dueAt)
  return { kind: 'waiting', at: dueAt }
}

async function fail(
  salesDb: SalesDb,
  ids: readonly string[],
  error: OperationError,
  nextAttemptAt: number,
): Promise<void> {
  await updateOperations(salesDb, ids, (row) => stepOperation(row, { type: 'fail', error, nextAttemptAt }))
}

async function resume(salesDb: SalesDb): Promise<void> {
  if ((await readSalesMeta(salesDb, 'sender_paused')) != null) await writeSalesMeta(salesDb, 'sender_paused', null)
}

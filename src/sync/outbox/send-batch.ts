/**
 * One batch of operations: up to the server, and its verdicts, or the failure to get them, into the queue. Every verdict is stored
 * before the next batch leaves. The caller holds the sender's lock.
 */
import { type BatchSyncOutcome, batchSyncAnswerSchema } from '../../contract/batch-sync.ts'
import { PATHS } from '../../contract/rest.ts'
import { inOneTransaction, updateOperations } from '../../db/sales/operations.ts'
import { readOperations } from '../../db/sales/read-operations.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import { readKnownEpoch, readSalesMeta, readVerdictMark, writeSalesMeta } from '../../db/sales/sales-meta.ts'
import type { OperationError, OperationRow } from '../../db/sales/sales-rows.ts'
import { backoffMs } from '../backoff.pure.ts'
import { HttpFailure } from '../errors.ts'
import { isNewerMark } from '../live/mark-keeper.ts'
import type { FailureJournal, HttpLike, LockManagerLike, RandomLike } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import { toBatchRequest, verdictOn } from './batch-request.pure.ts'
import { isPremature, LONGEST_WAIT_MS, type QueueEvent, stepOperation } from './queue.pure.ts'
import { recordVerdicts } from './record-verdicts.ts'

export interface QueueDeps {
  readonly salesDb: SalesDb
  readonly http: HttpLike
  readonly locks: LockManagerLike
  readonly branchCode: string
  readonly deviceId: string
  readonly now: () => number
  /** The clock that waits are measured by; it only goes forward. */
  readonly steady: () => number
  readonly random: RandomLike
  /** True while somebody looks at the screen: pauses are shorter then. */
  readonly isAttentive: () => boolean
  readonly journal: FailureJournal
}

/** How long the answer may take, ms, and the slowest line that a batch is given the time for, bytes a ms. */
const TIMEOUT_MS = 30_000
const SLOWEST_LINE = 2

/** `answered`: each operation has a verdict or a time for its next attempt. Otherwise the line or the server keeps all of them back. */
type BatchOutcome = { kind: 'answered' } | { kind: 'waiting'; at: number } | { kind: 'paused' }

export async function sendBatch(deps: QueueDeps, operations: readonly OperationRow[]): Promise<BatchOutcome> {
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
    const seen = (await readVerdictMark(salesDb, deps.deviceId))?.text
    const request = toBatchRequest(sent, deps.deviceId, new Date(now()).toISOString())
    const body = seen === undefined ? request : { ...request, seen }
    const timeoutMs = TIMEOUT_MS + JSON.stringify(body).length / SLOWEST_LINE
    const answer = await deps.http({ method: 'POST', path: PATHS.batchSync, body, timeoutMs })
    outcome = readAnswer(batchSyncAnswerSchema, answer).data
    // Store the mark before the verdicts, so that nothing is settled that the mark does not prove.
    if (outcome.log) await keepMark(salesDb, deps.deviceId, outcome.log, seen)
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

/** Replace only the mark that was shown with this request: the log may have begun another epoch meanwhile. */
async function keepMark(
  salesDb: SalesDb,
  deviceId: string,
  { epoch, seq, mark: text }: NonNullable<BatchSyncOutcome['log']>,
  shown: string | undefined,
): Promise<void> {
  const known = (await readVerdictMark(salesDb, deviceId)) ?? null
  const mark = { device_id: deviceId, epoch, seq, text }
  if (known?.text === shown && isNewerMark(known, mark)) await writeSalesMeta(salesDb, 'mark', mark)
}

/** Turns refusals into failures where the server only lacks an operation that still waits here: such a one is sent again after that. */
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

function noteRefused({ journal }: QueueDeps, sent: readonly OperationRow[], verdicts: ReadonlyMap<string, QueueEvent>) {
  for (const { offline_id: id, kind } of sent) {
    const verdict = verdicts.get(id)
    if (verdict?.type === 'refuse')
      journal.note('refused', `${kind} ${id}: ${verdict.error.kind}`, verdict.error.message)
  }
}

async function failBatch(deps: QueueDeps, sent: readonly OperationRow[], failure: HttpFailure): Promise<BatchOutcome> {
  const { salesDb, now } = deps
  const at = now()
  const ids = sent.map(({ offline_id: id }) => id)
  if (failure.class === 'unauthorized' || failure.class === 'revoked') {
    await writeSalesMeta(salesDb, 'sender_paused', { kind: failure.class, at })
    deps.journal.note('refused', 'Sending', failure)
    const error: OperationError = { kind: 'http', message: failure.message, at }
    // Try again later: by then somebody may have put the device in order at the server.
    await fail(salesDb, ids, error, deps.steady() + LONGEST_WAIT_MS)
    return { kind: 'paused' }
  }
  // The server cannot read one of them and refused the whole batch. Send each by itself, so that the bad one holds back no other (rule
  // Q5).
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

/**
 * Sends what this counter recorded (rules Q2–Q5), batch after batch. Runs in a page and in the service worker; a Web Lock lets one send
 * on a device. Which operation does what next is decided in queue.pure.ts, how a batch goes up stands in send-batch.ts.
 */
import { BATCH_OPERATIONS } from '../../contract/batch-sync.ts'
import { updateOperations } from '../../db/sales/operations.ts'
import { readInState, readWaiting } from '../../db/sales/read-operations.ts'
import { failureKind } from '../failure-kind.ts'
import { takeBytes } from './batch-request.pure.ts'
import { planBatch, stepOperation } from './queue.pure.ts'
import { type QueueDeps, sendBatch } from './send-batch.ts'

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

/** Bytes of contents in one batch: on the slowest line it is up before a waiting context takes the sender for stuck. */
const BATCH_BYTES = 100_000
/** Read more rows than a batch holds, to find those that are due behind those that still wait. */
const READ_AHEAD = 500

/** Sends everything that is due, batch after batch. `ignoreBackoff`: the line is back, or a person asked. Never rejects. */
export async function drainQueue(deps: QueueDeps, { ignoreBackoff = false } = {}): Promise<DrainOutcome> {
  const tried = new Set<string>()
  try {
    for (;;) {
      // Take the lock for each batch anew: a context that waits for it must not take a sender that makes progress for a stuck one.
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

/** Sends one batch of what is due. `answered`: there may be more. `tried`: ids that were forced already; this adds to it. */
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

/** Puts back what a context was sending when it died. This one holds the lock, so no such request is under way. */
async function putBackInterrupted({ salesDb, steady }: QueueDeps): Promise<void> {
  const interrupted = await readInState(salesDb, 'sending')
  const error = { kind: 'offline', message: 'interrupted', at: 0 } as const
  await updateOperations(
    salesDb,
    interrupted.map(({ offline_id: id }) => id),
    (row) => stepOperation(row, { type: 'fail', error, nextAttemptAt: steady() }),
  )
}

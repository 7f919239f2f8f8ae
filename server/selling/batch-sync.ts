/**
 * An upload of a counter: each operation in a database transaction of its own, so that a refused one never holds back the
 * others, and what is booked stays booked whatever happens to the rest (specification section 3, rules S10, Q2, Q5).
 */
import type { BatchSyncOutcome, BatchSyncRequest } from '../../src/contract/batch-sync.ts'
import type { Payment } from '../../src/contract/sales.ts'
import type { CausedLines } from '../caused-lines.ts'
import { isFaultOfValue } from '../database/fault.ts'
import type { Database, Queryable } from '../database.ts'
import { createBreather } from '../http/breather.ts'
import { type Conflict, type ConflictContent, recordConflict } from '../sql/conflicts.ts'
import { readLogMark } from '../sql/log-marks.ts'
import { devicesOfOtherBranches, findResult, readCommitPositions, type StoredResult } from '../sql/operations.ts'
import { bookPayment } from './book-payment.ts'
import { bookRefund } from './book-refund.ts'
import { type Booked, bookSale } from './book-sale.ts'
import { bookCashMovement, bookShift } from './book-shift.ts'
import { bookVoid } from './book-void.ts'
import { dependsOn, namedDevices, readBatchGently, type Sent, type Step } from './read-batch.ts'
import { ContentMismatch, Refusal } from './refusal.ts'
import type { Sender } from './sender.ts'
import { bookAndTell } from './tell-forged.ts'
import { createUploadLines, type UploadLines } from './upload-lines.ts'
import { type Acceptance, type Refused, toOutcome, unavailable, type Verdict } from './verdicts.ts'

interface SyncDeps {
  readonly db: Database
  readonly clock: () => number
  readonly lines: CausedLines
}

/** An upload on its way: who sends it, and what is told of it in the log. */
interface Upload {
  readonly db: Database
  readonly sender: Sender
  readonly told: UploadLines
}

/** Rejects only when the database is away before or after everything; then all of it can be sent again (rule Q2). */
export async function syncBatch(
  { db, clock, lines }: SyncDeps,
  device: Omit<Sender, 'foreignDevices'>,
  request: BatchSyncRequest,
): Promise<BatchSyncOutcome> {
  const { names, steps, unreadable } = await readBatchGently(request, createBreather())
  const others = namedDevices(steps).filter((name) => name !== device.deviceId)
  const sender: Sender = { ...device, foreignDevices: await devicesOfOtherBranches(db, device.branchId, others) }
  const upload = { db, sender, told: createUploadLines(lines, device.deviceId) }
  const verdicts = new Map<number, Verdict>(
    unreadable.map(({ place, message }) => [place, { success: false, kind: 'invalid', message }]),
  )

  /** Operations that failed only for now: what depends on them must not be refused for good. */
  const postponed = new Set<string>()
  const queue = [...steps]
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const base = dependsOn(step)
    const settled = base !== null && postponed.has(base) ? onAll(step, unavailable) : await settle(upload, step)
    for (const { sent, verdict } of settled) {
      verdicts.set(sent.place, verdict)
      if (!verdict.success && verdict.kind === 'unavailable') postponed.add(step.sent.offlineId)
    }
    // The sale was here before: its payments are retries too, or come later than it.
    const left = paymentsOf(step).filter(({ place }) => !verdicts.has(place))
    queue.unshift(...left.map((sent): Step => ({ type: 'payment', sent })))
  }

  upload.told.tell()
  const booked = [...verdicts.values()].flatMap((verdict) => (verdict.success ? verdict.bookedAs : []))
  // One turn of the database: who sends one sale beside another's backlog waits for a sale of it at each.
  const [positions, reached] = await db.transaction(
    async (tx) => [await readCommitPositions(tx, booked), await readLogMark(tx, sender.branchId)] as const,
  )
  const outcome = toOutcome(names, verdicts, positions, clock())
  return reached === null ? outcome : { ...outcome, log: reached }
}

interface Settled {
  readonly sent: Sent<unknown>
  readonly verdict: Verdict
}

/** Of each item of the step; of a sale that was here before only its own. */
async function settle(upload: Upload, step: Step): Promise<Settled[]> {
  try {
    const booked = await bookAndTell(upload.db, upload.sender, (tx, by) => book(tx, by, step))
    return booked.map(({ sent, result }) => ({ sent, verdict: accepted(sent.offlineId, result) }))
  } catch (error) {
    if (error instanceof ContentMismatch) return onAll(step, await openConflict(upload, step, error))
    return onAll(step, refuse(upload, step, error))
  }
}

/** In one transaction. Throws a Refusal. */
async function book(tx: Queryable, sender: Sender, step: Step): Promise<readonly Booked[]> {
  const { sent } = step
  switch (step.type) {
    case 'transaction':
      return bookSale(tx, sender, step.sent, step.payments)
    case 'payment':
      return [{ sent, result: await bookPayment(tx, sender, step.sent) }]
    case 'void':
      return [{ sent, result: await bookVoid(tx, sender, step.sent) }]
    case 'refund':
      return [{ sent, result: await bookRefund(tx, sender, step.sent) }]
    case 'shift':
      return [{ sent, result: await bookShift(tx, sender, step.sent) }]
    case 'cash_movement':
      return [{ sent, result: await bookCashMovement(tx, sender, step.sent) }]
  }
}

/** The id is known with another content: a person decides, or has decided already. */
async function openConflict({ db, sender, told }: Upload, step: Step, mismatch: ContentMismatch): Promise<Verdict> {
  const { offlineId, type } = mismatch
  try {
    const verdict = await db.transaction(async (tx) => {
      const local = contentOf(step, offlineId)
      const recorded = { branchId: sender.branchId, offlineId, type, local, sentBy: sender.deviceId }
      const conflict = await recordConflict(tx, recorded)
      return conflict && ((await decided(tx, conflict)) ?? refused(mismatch, conflict.id))
    })
    if (verdict === null) told.failed('conflicts: no more of this device', null, step.sent.offlineId)
    return verdict ?? unavailable
  } catch (failure) {
    told.failed('a conflict could not be recorded', failure, step.sent.offlineId)
    return unavailable
  }
}

function refuse({ told }: Upload, { sent }: Step, error: unknown): Refused {
  const verdict = toRefusal(error)
  if (verdict === unavailable) told.failed('not booked', error, sent.offlineId)
  else told.refused(sent.offlineId, verdict.kind)
  return verdict
}

/** The verdict of a conflict that a person has decided; null while it is open. */
export async function decided(tx: Queryable, conflict: Conflict): Promise<Acceptance | null> {
  if (conflict.state === 'open') return null
  const bookedAs = conflict.bookedAs ?? conflict.offlineId
  const result = await findResult(tx, bookedAs)
  if (!result) throw new Error('A decided conflict has no operation')
  return accepted(bookedAs, result)
}

function accepted(bookedAs: string, result: StoredResult): Acceptance {
  return { success: true, bookedAs, result }
}

function refused({ kind, message }: Refusal, conflictId: number): Refused {
  return { success: false, kind, message, conflictId }
}

/** Payments share their sale's fate. A conflict is named once, and what the sale did to stock stands with the sale. */
function onAll(step: Step, verdict: Verdict): Settled[] {
  const ofPayment: Verdict = verdict.success
    ? { ...verdict, result: { serverId: null, transactionCode: null, versions: {} } }
    : { success: false, kind: verdict.kind, message: verdict.message }
  return [{ sent: step.sent, verdict }, ...paymentsOf(step).map((sent) => ({ sent, verdict: ofPayment }))]
}

function paymentsOf(step: Step): readonly Sent<Payment>[] {
  return step.type === 'transaction' ? step.payments : []
}

/** What the counter has of the operation with this id: the step itself, or one of the sale's payments. */
function contentOf(step: Step, offlineId: string): ConflictContent {
  if (step.type !== 'transaction') return { item: step.sent.content }
  const payment = step.payments.find((each) => each.offlineId === offlineId)
  if (payment && step.sent.offlineId !== offlineId) return { item: payment.content }
  return { item: step.sent.content, payments: inOrder(step.payments) }
}

function inOrder(payments: readonly Sent<unknown>[]): unknown[] {
  return payments.toSorted((a, b) => (a.offlineId < b.offlineId ? -1 : 1)).map(({ content }) => content)
}

/**
 * A value that passed the contract but that the database refuses is the item's fault; everything else is worth another try:
 * a sale must never be given up because the server had a bad moment, or a fault.
 */
function toRefusal(error: unknown): Refused {
  if (error instanceof Refusal) return { success: false, kind: error.kind, message: error.message }
  if (isFaultOfValue(error)) return { success: false, kind: 'invalid', message: 'A value can not be stored' }
  return unavailable
}

/**
 * An upload of a counter: each operation in a database transaction of its own, so that a refused one never holds back the
 * others, and what is booked stays booked whatever happens to the rest (specification section 3, rules S10, Q2, Q5).
 */
import type { BatchSyncOutcome, BatchSyncRequest } from '../../src/contract/sales.ts'
import type { CausedLines } from '../caused-lines.ts'
import { isFaultOfValue } from '../database/fault.ts'
import type { Database, Queryable } from '../database.ts'
import { createBreather } from '../http/breather.ts'
import { type Conflict, type ConflictContent, recordConflict } from '../sql/conflicts.ts'
import { readLogMark } from '../sql/log-marks.ts'
import { devicesOfOtherBranches, findResult, readCommitPositions, type StoredResult } from '../sql/operations.ts'
import { bookPayment } from './book-payment.ts'
import { bookRefund } from './book-refund.ts'
import { bookSale } from './book-sale.ts'
import { bookCashMovement, bookShift } from './book-shift.ts'
import { bookVoid } from './book-void.ts'
import { dependsOn, namedDevices, readBatchGently, type Sent, type Step } from './read-batch.ts'
import { ContentMismatch, Refusal } from './refusal.ts'
import type { Sender } from './sender.ts'
import { bookAndTell } from './tell-forged.ts'
import { createUploadLines } from './upload-lines.ts'
import { type Acceptance, type Refused, toOutcome, unavailable, type Verdict } from './verdicts.ts'

interface SyncDeps {
  readonly db: Database
  readonly clock: () => number
  readonly lines: CausedLines
}

/** Rejects only when the database is away before or after everything; then all of it can be sent again (rule Q2). */
export async function syncBatch(
  { db, clock, lines }: SyncDeps,
  device: Omit<Sender, 'foreignDevices'>,
  request: BatchSyncRequest,
): Promise<BatchSyncOutcome> {
  const { names, steps, unreadable } = await readBatchGently(request, createBreather())
  const others = namedDevices(steps).filter((name) => name !== device.deviceId)
  const foreignDevices = await devicesOfOtherBranches(db, device.branchId, others)
  const sender: Sender = { ...device, foreignDevices }
  const verdicts = new Map<number, Verdict>()
  const told = createUploadLines(lines, device.deviceId)
  for (const { place, message } of unreadable) {
    verdicts.set(place, { success: false, kind: 'invalid', message })
  }

  /** Operations that failed only for now: what depends on them must not be refused for good. */
  const postponed = new Set<string>()

  async function take(step: Step): Promise<void> {
    const base = dependsOn(step)
    const settled = base !== null && postponed.has(base) ? unavailable : await settle(step)
    if (settled !== null) setAll(step, settled)
  }

  /** Resolves to the verdict on all items of the step, or null when they have theirs. */
  async function settle(step: Step): Promise<Verdict | null> {
    try {
      return await book(step)
    } catch (error) {
      try {
        if (error instanceof ContentMismatch) return await openConflict(error, step)
      } catch (failure) {
        told.failed('a conflict could not be recorded', failure, step.sent.offlineId)
        return unavailable
      }
      const verdict = toRefusal(error)
      if (verdict.kind === 'unavailable' && !(error instanceof Refusal))
        told.failed('not booked', error, step.sent.offlineId)
      else told.refused(step.sent.offlineId, verdict.kind)
      return verdict
    }
  }

  async function book(step: Step): Promise<Verdict | null> {
    if (step.type !== 'transaction') {
      const result = await bookAndTell(db, sender, (tx, by) => bookOther(tx, by, step))
      return accepted(step.sent.offlineId, result)
    }
    const booked = await bookAndTell(db, sender, (tx, by) => bookSale(tx, by, step.sent, step.payments))
    verdicts.set(step.sent.place, accepted(step.sent.offlineId, booked.sale))
    if (booked.isNew) {
      for (const [index, { place, offlineId }] of step.payments.entries()) {
        const result = booked.payments[index]
        if (result) verdicts.set(place, accepted(offlineId, result))
      }
    } else {
      // The sale was here before: its payments are retries too, or come later than it.
      for (const sent of step.payments) await take({ type: 'payment', sent })
    }
    return null
  }

  async function openConflict(mismatch: ContentMismatch, step: Step): Promise<Verdict> {
    const content = contentOf(step, mismatch.offlineId)
    const { offlineId, type } = mismatch
    return db.transaction(async (tx) => {
      const recorded = { branchId: sender.branchId, offlineId, type, local: content, sentBy: sender.deviceId }
      const conflict = await recordConflict(tx, recorded)
      if (conflict === null) {
        told.failed('conflicts: no more of this device', null, step.sent.offlineId)
        return unavailable
      }
      return (await decided(tx, conflict)) ?? refused(mismatch, conflict.id)
    })
  }

  function setAll(step: Step, verdict: Verdict): void {
    const payments = step.type === 'transaction' ? step.payments : []
    if (!verdict.success && verdict.kind === 'unavailable') postponed.add(step.sent.offlineId)
    verdicts.set(step.sent.place, verdict)
    for (const { place } of payments) verdicts.set(place, ofPayment(verdict))
  }

  for (const step of steps) await take(step)
  told.tell()
  const booked = [...verdicts.values()].flatMap((verdict) => (verdict.success ? verdict.bookedAs : []))
  // One turn of the database: who sends one sale beside another's backlog waits for a sale of it at each.
  const [positions, reached] = await db.transaction(
    async (tx) => [await readCommitPositions(tx, booked), await readLogMark(tx, sender.branchId)] as const,
  )
  const outcome = toOutcome(names, verdicts, positions, clock())
  return reached === null ? outcome : { ...outcome, log: reached }
}

async function bookOther(
  tx: Queryable,
  sender: Sender,
  step: Exclude<Step, { type: 'transaction' }>,
): Promise<StoredResult> {
  switch (step.type) {
    case 'payment':
      return bookPayment(tx, sender, step.sent)
    case 'void':
      return bookVoid(tx, sender, step.sent)
    case 'refund':
      return bookRefund(tx, sender, step.sent)
    case 'shift':
      return bookShift(tx, sender, step.sent)
    case 'cash_movement':
      return bookCashMovement(tx, sender, step.sent)
  }
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

/** A payment shares its sale's fate. A conflict is named once, and what the sale did to stock stands with the sale. */
function ofPayment(verdict: Verdict): Verdict {
  if (verdict.success) return { ...verdict, result: { serverId: null, transactionCode: null, versions: {} } }
  return { success: false, kind: verdict.kind, message: verdict.message }
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

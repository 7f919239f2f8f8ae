/**
 * A person's decision about an id that came with two contents (rule Q2). keep_server: the booked one stands, and is the verdict
 * on the counter's. keep_local: the booked sale is voided and the counter's is booked as a further sale, in one transaction.
 */
import { randomUUID } from 'node:crypto'
import type { ResolveConflictRequest, SyncResult } from '../../src/contract/batch-sync.ts'
import type { Database, Queryable } from '../database.ts'
import { conflict as conflictError, notFound } from '../http/api-error.ts'
import { type Conflict, closeConflict, findConflict, lockConflict } from '../sql/conflicts.ts'
import { devicesOfOtherBranches, insertApproval, readCommitPositions, takeTurn } from '../sql/operations.ts'
import { lockSale, readSoldProducts } from '../sql/sales.ts'
import { lockProducts } from '../sql/stock-moves.ts'
import { decided } from './batch-sync.ts'
import { bookSale } from './book-sale.ts'
import { bookVoid } from './book-void.ts'
import { DECIDED_BY_OWNER } from './check-approval.ts'
import { namedDevices, readBatch, type Step } from './read-batch.ts'
import { Refusal } from './refusal.ts'
import type { Sender } from './sender.ts'
import { bookAndTell } from './tell-forged.ts'
import { toResult } from './verdicts.ts'

export interface ConflictDecision {
  readonly conflictId: number
  readonly resolution: ResolveConflictRequest['resolution']
  readonly reason: string | null
  readonly approvedBy: number | null
}

export interface ResolvedConflict {
  /** The first decision: a second one changes nothing. */
  readonly resolution: ResolveConflictRequest['resolution']
  readonly result: SyncResult
}

/** Throws an ApiError: 404 for a conflict that the branch does not have, 409 for a content that can't be booked. */
export async function resolveConflict(
  { db, clock }: { db: Database; clock: () => number },
  device: Omit<Sender, 'foreignDevices'>,
  decision: ConflictDecision,
): Promise<ResolvedConflict> {
  const found = await findConflict(db, decision.conflictId)
  if (!found || found.branchId !== device.branchId) throw notFound('This branch has no such conflict')
  const at = new Date(clock()).toISOString()
  const { resolution, verdict } = await bookAndTell(db, device, async (tx, by) => {
    await takeTurn(tx, found.offlineId)
    const open = await lockConflict(tx, found.id)
    if (!open) throw notFound('This branch has no such conflict')
    if (open.state === 'open') await decide(tx, by, open, decision, at)
    const closed = await findConflict(tx, found.id)
    const settled = closed && (await decided(tx, closed))
    if (!closed?.resolution || !settled) throw new Error('The conflict was not closed')
    return { resolution: closed.resolution, verdict: settled }
  })
  const positions = await readCommitPositions(db, [verdict.bookedAs])
  return { resolution, result: toResult(found, verdict, positions) }
}

async function decide(
  tx: Queryable,
  device: Omit<Sender, 'foreignDevices'>,
  open: Conflict,
  { resolution, reason, approvedBy }: ConflictDecision,
  at: string,
): Promise<void> {
  const bookedAs = resolution === 'keep_local' ? await bookLocal(tx, device, open, { reason, approvedBy, at }) : null
  await closeConflict(tx, { id: open.id, resolution, reason, approvedBy, resolvedBy: device.deviceId, bookedAs })
  if (approvedBy === null) return
  await insertApproval(tx, {
    branch_id: open.branchId,
    what: 'conflict',
    offline_id: open.offlineId,
    approved_by: approvedBy,
    staff_id: null,
    reason: reason ?? resolution,
    device_id: device.deviceId,
    occurred_at: at,
    proof: DECIDED_BY_OWNER.proof,
  })
}

/** Resolves to the id under which the counter's sale is booked. */
async function bookLocal(
  tx: Queryable,
  device: Omit<Sender, 'foreignDevices'>,
  { id, offlineId, local, type }: Conflict,
  { reason, approvedBy, at }: { reason: string | null; approvedBy: number | null; at: string },
): Promise<string> {
  const step = type === 'transaction' ? readLocal(local) : undefined
  if (!step) throw conflictError('Only a sale can be kept as the counter has it')
  const sender: Sender = {
    ...device,
    isOwnersDecision: true,
    foreignDevices: await devicesOfOtherBranches(tx, device.branchId, namedDevices([step])),
  }
  const booked = await lockSale(tx, offlineId)
  // Before any lock of goods, as everything that is booked does.
  const shifts = [booked?.shiftOfflineId, step.sent.value.shift_offline_id?.toLowerCase()].filter(isText)
  for (const shift of [...new Set(shifts)].toSorted()) await takeTurn(tx, shift)
  const sold = booked ? await readSoldProducts(tx, booked.id) : []
  // Of both at once and in order: two sales one after the other could lock each other out.
  const products = [...sold.map(({ productId }) => productId), ...step.sent.value.items.map((item) => item.product_id)]
  await lockProducts(tx, device.branchId, [...new Set(products)])
  const saleId = randomUUID()
  try {
    if (booked && booked.status !== 'void') {
      const value = {
        offline_id: randomUUID(),
        transaction_offline_id: offlineId,
        reason: reason ?? `Conflict ${id}: the counter's content was kept`,
        approved_by: approvedBy,
        created_at_device: at,
        staff_id: null,
        // The counter never knew the booked one: it leaves the sums of its shift with this void.
        shift_offline_id: booked.shiftOfflineId,
        device_id: device.deviceId,
      }
      await bookVoid(tx, sender, { place: 0, offlineId: value.offline_id, value, content: value }, DECIDED_BY_OWNER)
    }
    await bookSale(
      tx,
      sender,
      { ...step.sent, offlineId: saleId },
      step.payments.map((payment) => ({ ...payment, offlineId: randomUUID() })),
    )
  } catch (error) {
    if (error instanceof Refusal) throw conflictError(error.message)
    throw error
  }
  return saleId
}

function readLocal({ item, payments }: Conflict['local']): Extract<Step, { type: 'transaction' }> | undefined {
  const nothing = { voids: [], refunds: [], shifts: [], cash_movements: [], device_id: '-', synced_at: null }
  const { steps } = readBatch({ ...nothing, transactions: [item], payments: [...(payments ?? [])] })
  return steps.find((step) => step.type === 'transaction')
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string'
}

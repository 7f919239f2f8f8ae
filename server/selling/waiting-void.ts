/**
 * Voids that came before their sale, as after a restore, when each counter sends again what it has in its own time. One of the device that
 * sold counts; of any other one only what is proven to have been allowed for this very sale and its money, whenever the proof can be
 * checked. So neither the order nor a stranger who knows an id decides what becomes of a sale (docs/selling.md, What happens to stock).
 */
import type { Database, Queryable } from '../database.ts'
import { setChangeContext } from '../sql/change-context.ts'
import { takeTurn } from '../sql/operations.ts'
import { dropMark, insertMarks, type MarkContext } from '../sql/sale-marks.ts'
import { type BookedSale, lockSale, markVoid, readSoldProducts } from '../sql/sales.ts'
import {
  attachVoid,
  findWaitingVoid,
  listProvableVoids,
  proveVoid,
  unproveVoid,
  type WaitingVoid,
} from '../sql/voids.ts'
import { leftOf } from './after-sale.ts'
import { enterShift, recountShift } from './booked-shift.ts'
import { checkApproval, unproven } from './check-approval.ts'
import { judge, writeMarks } from './judge.ts'
import { moveStock } from './move-stock.ts'
import { actorName, type Sender } from './sender.ts'
import { bookAndTell } from './tell-forged.ts'

/** Voids that one PIN proves at once, at most; the next one goes on. */
const AT_ONCE = 50

/** The first of the waiting voids that undoes a sale of this total, rupiah; the seller's stand first. */
export async function findUndoing(
  tx: Queryable,
  sender: Sender,
  waiting: readonly WaitingVoid[],
  grandTotal: number,
): Promise<WaitingVoid | undefined> {
  for (const each of waiting) if (each.isSellers || (await isProven(tx, sender, each, grandTotal))) return each
  return undefined
}

/** The sale has come and is booked as void. `paid`: what is handed back. */
export async function undoOnArrival(
  tx: Queryable,
  sender: Sender,
  waiting: WaitingVoid,
  sale: { readonly id: number; readonly grandTotal: number; readonly paid: number },
): Promise<void> {
  await attachVoid(tx, { offlineId: waiting.offlineId, transactionId: sale.id, amount: sale.paid })
  if (waiting.provedAmount !== null && waiting.provedAmount !== sale.grandTotal)
    await disprove(tx, sender, waiting, sale.id)
}

/** The same void is sent again: if its sale is there by now, it does what it does to any sale that is there. */
export async function undoOnResending(
  tx: Queryable,
  sender: Sender,
  { offlineId, saleId }: { readonly offlineId: string; readonly saleId: string },
): Promise<void> {
  const waiting = await findWaitingVoid(tx, offlineId)
  if (waiting) await carryOut(tx, sender, waiting, saleId, async () => true)
}

/** A key that proves approvals is known now: what waits for that proof while its sale is there is carried out. */
export async function undoWhatIsProven(
  db: Database,
  device: Omit<Sender, 'foreignDevices'>,
  staffId: number,
): Promise<void> {
  const { branchId, deviceId } = device
  for (const { offlineId, saleId } of await listProvableVoids(db, { branchId, deviceId, staffId, limit: AT_ONCE })) {
    await bookAndTell(db, { ...device, foreignDevices: new Set<string>() }, async (tx, by) => {
      await takeTurn(tx, saleId)
      const waiting = await findWaitingVoid(tx, offlineId)
      if (waiting) await carryOut(tx, by, waiting, saleId, (sale) => isProven(tx, by, waiting, sale.grandTotal))
    })
  }
}

async function carryOut(
  tx: Queryable,
  sender: Sender,
  waiting: WaitingVoid,
  saleId: string,
  isAllowed: (sale: BookedSale) => Promise<boolean>,
): Promise<void> {
  const { offlineId, deviceId, staffId, shiftOfflineId } = waiting
  const shift = await enterShift(tx, sender, shiftOfflineId, deviceId)
  const sale = await lockSale(tx, saleId)
  if (!sale || sale.branchId !== sender.branchId || sale.op === 'refund' || sale.status === 'void') return
  if (!(await isAllowed(sale))) return
  const updatedBy = actorName(sender, { staff_id: staffId, device_id: deviceId })
  await setChangeContext(tx, { updatedBy, reason: 'void', transactionId: sale.id, offlineId, op: 'void' })
  const { versions } = await moveStock(tx, sender.branchId, leftOf(await readSoldProducts(tx, sale.id)))
  await markVoid(tx, sale.id, versions)
  await attachVoid(tx, { offlineId, transactionId: sale.id, amount: sale.paid + sale.implied - sale.refunded })
  await dropMark(tx, saleId, 'void_by_other')
  const told = { deviceId, at: waiting.createdAtDevice, staffId, approvedBy: null, needsApproval: false }
  const judged = await judge(tx, sender, { ...told, alters: [sale.occurredAt, ...shift.alters] })
  const late = judged.marks.filter(({ kind }) => kind === 'late')
  const marked = {
    operation: 'void',
    offline_id: offlineId,
    device_id: deviceId,
    staff_id: staffId,
    transaction_id: sale.id,
  } as const
  await writeMarks(tx, sender, marked, judged, late)
  if (shift.isClosed && shiftOfflineId !== null) await recountShift(tx, shiftOfflineId)
}

/** A proof that was checked when the void came is compared; one that could not be, for want of its key, is checked now. */
async function isProven(tx: Queryable, sender: Sender, waiting: WaitingVoid, grandTotal: number): Promise<boolean> {
  const { offlineId, deviceId, approvedBy, provedAmount, proof, saleId } = waiting
  if (provedAmount !== null) {
    if (provedAmount === grandTotal) return true
    await disprove(tx, sender, waiting, null)
    return false
  }
  if (approvedBy === null || proof === null) return false
  const facts = { what: 'void', record: offlineId, sale: saleId, amount: grandTotal, base: null } as const
  const approval = await checkApproval(tx, sender, {
    deviceId,
    approvedBy,
    proof,
    countedAt: waiting.occurredAt,
    facts,
  })
  if (approval.proof === 'proven') await proveVoid(tx, offlineId, grandTotal)
  if (approval.proof === 'proven') await dropMark(tx, offlineId, 'approval_unproven')
  return approval.proof === 'proven'
}

/** It was allowed for another sum than this sale has. */
async function disprove(
  tx: Queryable,
  sender: Sender,
  waiting: WaitingVoid,
  transactionId: number | null,
): Promise<void> {
  const { offlineId, deviceId, staffId, approvedBy, occurredAt } = waiting
  await unproveVoid(tx, offlineId)
  const marked: MarkContext = {
    branch_id: sender.branchId,
    offline_id: offlineId,
    operation: 'void',
    transaction_id: transactionId,
    device_id: deviceId,
    staff_id: staffId,
    occurred_at: occurredAt,
  }
  await insertMarks(tx, marked, unproven('forged').marks)
  if (approvedBy !== null) sender.noteForged?.({ deviceId, staffId: approvedBy })
}

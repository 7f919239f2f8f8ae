import type { Payment } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'
import { type StoredResult, takeTurn } from '../sql/operations.ts'
import { lockSale, markPaid, reduceImpliedPayment } from '../sql/sales.ts'
import { addToVoid } from '../sql/voids.ts'
import { alreadyVoid, findOvertakingVoid, knownSale } from './after-sale.ts'
import { recordPayment } from './book-sale.ts'
import { enterShift, recountShift } from './booked-shift.ts'
import { planLatePayment } from './check-sale.ts'
import { claim } from './claim.ts'
import { judge, markOf, writeMarks } from './judge.ts'
import type { Sent } from './read-batch.ts'
import { Refusal } from './refusal.ts'
import type { Sender } from './sender.ts'

/**
 * Books a payment of a sale that is booked already. The money of another device's sale is not booked anew by anybody else: what
 * takes the place of a payment that is implied comes from the device that sold. Throws a Refusal.
 */
export async function bookPayment(tx: Queryable, sender: Sender, sent: Sent<Payment>): Promise<StoredResult> {
  const { value, offlineId } = sent
  const { amount, created_at_device: at } = value
  const { deviceId } = sender
  const saleId = value.transaction_offline_id.toLowerCase()
  await takeTurn(tx, saleId)
  const known = await claim(tx, sender, 'payment', sent)
  if (known) return known
  const sale = await knownSale(tx, sender, await lockSale(tx, saleId), at)
  const undone = sale.status === 'void' ? await findOvertakingVoid(tx, saleId, at) : undefined
  if (sale.status === 'void' && !undone) throw alreadyVoid()
  const replaced = planLatePayment(sale, amount)
  const shifts = [sale.shiftOfflineId, undone?.shiftOfflineId].filter((id) => typeof id === 'string')
  for (const id of [...new Set(shifts)].toSorted()) await takeTurn(tx, id)
  const shift = await enterShift(tx, sender, sale.shiftOfflineId, deviceId)
  const isOthers = sale.isSellerHeld && sale.deviceId !== deviceId && sender.isOwnersDecision !== true
  if ((shift.isForeign || isOthers) && replaced > 0) {
    throw new Refusal('wrong_device', 'Only the device that sold says how this was paid')
  }
  const alters = [sale.occurredAt, ...shift.alters]
  const judged = await judge(tx, sender, {
    deviceId,
    at,
    staffId: null,
    approvedBy: null,
    needsApproval: false,
    alters,
  })
  if (undone && Date.parse(judged.countedAt) >= Date.parse(undone.occurredAt)) throw alreadyVoid()
  if (replaced > 0) await reduceImpliedPayment(tx, sale.id, replaced)
  const result = await recordPayment(tx, sale.id, sent)
  if (undone) await addToVoid(tx, undone.offlineId, amount - replaced)
  else if (sale.implied === 0 && sale.paid + amount === sale.grandTotal) await markPaid(tx, sale.id)
  await writeMarks(
    tx,
    sender,
    { operation: 'payment', offline_id: offlineId, device_id: deviceId, staff_id: null, transaction_id: sale.id },
    judged,
    [
      ...judged.marks.filter(({ kind }) => kind === 'late'),
      ...(isOthers && !shift.isForeign ? [markOf('other_device')] : []),
      ...(shift.isForeign ? [markOf('foreign_shift')] : []),
    ],
  )
  if (shift.isClosed && sale.shiftOfflineId !== null) await recountShift(tx, sale.shiftOfflineId)
  if (undone?.shiftOfflineId) await recountShift(tx, undone.shiftOfflineId)
  return result
}

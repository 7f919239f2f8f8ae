import type { Refund } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from '../sql/change-context.ts'
import { type StoredResult, storeResult, takeTurn } from '../sql/operations.ts'
import {
  drawTransactionId,
  insertItems,
  insertPayment,
  insertTransaction,
  lockSale,
  readPaidSale,
  readSoldProducts,
  type SoldProduct,
} from '../sql/sales.ts'
import { addToVoid } from '../sql/voids.ts'
import {
  alreadyVoid,
  checkLater,
  findOvertakingVoid,
  judgeLater,
  knownSale,
  leftOf,
  recordApproval,
} from './after-sale.ts'
import { enterShift, recountShift } from './booked-shift.ts'
import { checkRefund, refundMarks } from './check-refund.ts'
import { claim } from './claim.ts'
import { markOf, writeMarks } from './judge.ts'
import { moveStock } from './move-stock.ts'
import type { Sent } from './read-batch.ts'
import { actorName, checkDevice, type Sender } from './sender.ts'

/**
 * Goods come back, money goes out: a transaction of its own, below zero. What was recorded before the void that overtook it is part of
 * what that void gives back, as if it had come in order. Throws a Refusal.
 */
export async function bookRefund(tx: Queryable, sender: Sender, sent: Sent<Refund>): Promise<StoredResult> {
  const { value: refund, offlineId } = sent
  const saleId = refund.transaction_offline_id.toLowerCase()
  checkDevice(sender, refund.device_id)
  await takeTurn(tx, saleId)
  const known = await claim(tx, sender, 'refund', sent)
  if (known) return known
  const deviceId = refund.device_id ?? sender.deviceId
  const overtaking = await findOvertakingVoid(tx, saleId, refund.created_at_device)
  const shifts = [refund.shift_offline_id, overtaking?.shiftOfflineId].filter((id) => typeof id === 'string')
  for (const id of [...new Set(shifts.map((each) => each.toLowerCase()))].toSorted()) await takeTurn(tx, id)
  const shift = await enterShift(tx, sender, refund.shift_offline_id, deviceId)
  const judged = await judgeLater(tx, sender, refund, shift.alters)
  const sale = await knownSale(tx, sender, await lockSale(tx, saleId), refund.created_at_device)
  const undone = sale.status === 'void' ? overtaking : undefined
  if (sale.status === 'void' && (!undone || Date.parse(judged.countedAt) >= Date.parse(undone.occurredAt)))
    throw alreadyVoid()
  const products = await readSoldProducts(tx, sale.id)
  const paid = sale.paid + sale.implied
  const returned = checkRefund(refund, { left: leftOf(products), moneyLeft: paid - sale.refunded })
  const { lines, earlier } = await readPaidSale(tx, sale.id)
  const sums = refundMarks(refund, { sale: { lines, paid }, earlier }, judged.held)
  const id = await drawTransactionId(tx)
  const createdBy = actorName(sender, refund)
  await setChangeContext(tx, { updatedBy: createdBy, reason: 'refund', transactionId: id, offlineId, op: 'refund' })
  const { versions } = await moveStock(tx, sender.branchId, undone ? new Map() : returned)
  const amounts = refund.items.reduce((sum, { amount }) => sum + amount, 0)
  const code = await insertTransaction(tx, {
    id,
    branch_id: sender.branchId,
    offline_id: offlineId,
    offline_reference: refund.offline_reference,
    device_id: deviceId,
    created_by: createdBy,
    status: undone ? 'void' : 'paid',
    payment_status: undone ? 'void' : 'paid',
    payment_method: refund.payment_method,
    subtotal: below(amounts),
    discount_total: 0,
    cart_discount: 0,
    tax_total: 0,
    rounding_total: amounts - refund.refund_total,
    grand_total: below(refund.refund_total),
    op: 'refund',
    versions,
    created_at_device: refund.created_at_device,
    occurred_at: judged.countedAt,
    note: null,
    reason: refund.reason,
    shift_offline_id: refund.shift_offline_id,
    staff_id: refund.staff_id,
    approved_by: refund.approved_by,
    refund_of: sale.id,
  })
  await insertItems(tx, id, refund.items.map(refundRow(products)))
  if (refund.refund_total > 0) {
    const { payment_method, reference, created_at_device } = refund
    await insertPayment(tx, id, { payment_method, reference, created_at_device, amount: below(refund.refund_total) })
  }
  const approval = await checkLater(tx, sender, sent, {
    what: 'refund',
    amount: refund.refund_total,
    deviceId,
    countedAt: judged.countedAt,
  })
  await recordApproval(tx, sender, 'refund', sent, judged.countedAt, approval)
  await writeMarks(
    tx,
    sender,
    { operation: 'refund', offline_id: offlineId, device_id: deviceId, staff_id: refund.staff_id, transaction_id: id },
    judged,
    [
      ...sums.map(({ kind, ...both }) => markOf(kind, both)),
      ...judged.marks,
      ...(approval?.marks ?? []),
      ...(shift.isForeign ? [markOf('foreign_shift')] : []),
    ],
  )
  const result: StoredResult = { serverId: id, transactionCode: code, versions }
  await storeResult(tx, offlineId, result)
  if (undone) await addToVoid(tx, undone.offlineId, below(refund.refund_total))
  if (undone?.shiftOfflineId) await recountShift(tx, undone.shiftOfflineId)
  if (shift.isClosed && refund.shift_offline_id !== null) await recountShift(tx, refund.shift_offline_id)
  return result
}

function refundRow(products: readonly SoldProduct[]) {
  const known = new Map(products.map((product) => [product.productId, product]))
  return (line: Refund['items'][number]) => {
    const product = known.get(line.product_id)
    return {
      product_id: line.product_id,
      product_name: product?.productName ?? null,
      unit: product?.unit ?? null,
      quantity: -line.quantity,
      price: product?.price ?? 0,
      amount: below(line.amount),
    }
  }
}

/** The same below zero; zero stays a plain zero. */
function below(amount: number): number {
  return amount === 0 ? 0 : -amount
}

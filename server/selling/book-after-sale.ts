/** What happens to a sale after it was booked: a payment that comes later, a void, a refund. Each an operation of its own. */
import type { Payment, Refund, Void } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from '../sql/change-context.ts'
import { insertApproval, type StoredResult, storeResult, takeTurn } from '../sql/operations.ts'
import {
  type BookedSale,
  drawTransactionId,
  insertItems,
  insertPayment,
  insertTransaction,
  lockSale,
  markPaid,
  markVoid,
  readPaidSale,
  readSoldProducts,
  reduceImpliedPayment,
  type SoldProduct,
} from '../sql/sales.ts'
import { insertVoid } from '../sql/voids.ts'
import { recordPayment } from './book-sale.ts'
import { enterShift, recountShift } from './booked-shift.ts'
import { type CheckedApproval, checkApproval } from './check-approval.ts'
import { checkRefund, refundMarks } from './check-refund.ts'
import { planLatePayment } from './check-sale.ts'
import { claim } from './claim.ts'
import { judge, markOf, writeMarks } from './judge.ts'
import { moveStock } from './move-stock.ts'
import type { Sent } from './read-batch.ts'
import { Refusal } from './refusal.ts'
import { actorName, checkBranch, checkDevice, type Sender } from './sender.ts'

/**
 * Books a payment of a sale that is booked already. The money of another device's drawer is not booked anew by anybody else: what
 * takes the place of a payment that is implied comes from the device that sold. Throws a Refusal.
 */
export async function bookPayment(tx: Queryable, sender: Sender, sent: Sent<Payment>): Promise<StoredResult> {
  const saleId = sent.value.transaction_offline_id.toLowerCase()
  await takeTurn(tx, saleId)
  const known = await claim(tx, sender, 'payment', sent)
  if (known) return known
  const sale = openSale(sender, await lockSale(tx, saleId))
  const { amount } = sent.value
  const replaced = planLatePayment(sale, amount)
  const shift = await enterShift(tx, sender, sale.shiftOfflineId, sender.deviceId)
  if (shift.isForeign && replaced > 0) {
    throw new Refusal('wrong_device', 'Only the device that sold says how this was paid')
  }
  if (replaced > 0) await reduceImpliedPayment(tx, sale.id, replaced)
  const result = await recordPayment(tx, sale.id, sent)
  if (sale.implied === 0 && sale.paid + amount === sale.grandTotal) await markPaid(tx, sale.id)
  if (shift.isForeign) await markForeignPayment(tx, sender, sent, sale.id)
  if (shift.isClosed && sale.shiftOfflineId !== null) await recountShift(tx, sale.shiftOfflineId)
  return result
}

/**
 * Undoes a whole sale: what was not refunded goes back to stock, once. Of a sale that has not come it waits, and counts only when
 * the seller's own device sent it: whoever else knows an id must not undo what he never saw. Throws a Refusal.
 *
 * @param decided what its approval is worth, where that is known already
 */
export async function bookVoid(
  tx: Queryable,
  sender: Sender,
  sent: Sent<Void>,
  decided: CheckedApproval | null = null,
): Promise<StoredResult> {
  const { value, offlineId } = sent
  const saleId = value.transaction_offline_id.toLowerCase()
  checkDevice(sender, value.device_id)
  await takeTurn(tx, saleId)
  const known = await claim(tx, sender, 'void', sent)
  if (known) return known
  const deviceId = value.device_id ?? sender.deviceId
  const shift = await enterShift(tx, sender, value.shift_offline_id, deviceId)
  const judged = await judgeLater(tx, sender, value)
  const found = await lockSale(tx, saleId)
  const sale = found === undefined ? null : openSale(sender, found)
  let result: StoredResult = { serverId: null, transactionCode: null, versions: {} }
  if (sale) {
    const updatedBy = actorName(sender, value)
    await setChangeContext(tx, { updatedBy, reason: 'void', transactionId: sale.id, offlineId, op: 'void' })
    const products = await readSoldProducts(tx, sale.id)
    const { versions } = await moveStock(tx, sender.branchId, leftOf(products))
    await markVoid(tx, sale.id, versions)
    result = { serverId: sale.id, transactionCode: sale.code, versions }
  }
  const approval =
    decided ??
    (await checkLater(tx, sender, sent, {
      what: 'void',
      amount: sale?.grandTotal ?? null,
      deviceId,
      countedAt: judged.countedAt,
    }))
  const isFirst = await insertVoid(tx, {
    offlineId,
    branchId: sender.branchId,
    transactionOfflineId: saleId,
    transactionId: sale?.id ?? null,
    reason: value.reason,
    amount: sale ? sale.paid + sale.implied - sale.refunded : 0,
    staffId: value.staff_id,
    approvedBy: value.approved_by,
    shiftOfflineId: value.shift_offline_id,
    deviceId,
    sentBy: sender.deviceId,
    createdAtDevice: value.created_at_device,
    occurredAt: judged.countedAt,
    provedAmount: approval?.provedAmount ?? null,
  })
  if (!isFirst) throw alreadyVoid()
  await recordApproval(tx, sender, 'void', sent, judged.countedAt, approval)
  await writeMarks(
    tx,
    sender,
    { type: 'void', offlineId, deviceId, staffId: value.staff_id, transactionId: sale?.id ?? null },
    judged,
    [...judged.marks, ...(approval?.marks ?? []), ...(shift.isForeign ? [markOf('foreign_shift')] : [])],
  )
  await storeResult(tx, offlineId, result)
  if (shift.isClosed && value.shift_offline_id !== null) await recountShift(tx, value.shift_offline_id)
  return result
}

/** Goods come back, money goes out: a transaction of its own, below zero. Throws a Refusal. */
export async function bookRefund(tx: Queryable, sender: Sender, sent: Sent<Refund>): Promise<StoredResult> {
  const { value: refund, offlineId } = sent
  const saleId = refund.transaction_offline_id.toLowerCase()
  checkDevice(sender, refund.device_id)
  await takeTurn(tx, saleId)
  const known = await claim(tx, sender, 'refund', sent)
  if (known) return known
  const deviceId = refund.device_id ?? sender.deviceId
  const shift = await enterShift(tx, sender, refund.shift_offline_id, deviceId)
  const judged = await judgeLater(tx, sender, refund)
  const sale = openSale(sender, await lockSale(tx, saleId))
  const products = await readSoldProducts(tx, sale.id)
  const paid = sale.paid + sale.implied
  const returned = checkRefund(refund, { left: leftOf(products), moneyLeft: paid - sale.refunded })
  const { lines, earlier } = await readPaidSale(tx, sale.id)
  const sums = refundMarks(refund, { sale: { lines, paid }, earlier }, judged.held)
  const id = await drawTransactionId(tx)
  const createdBy = actorName(sender, refund)
  await setChangeContext(tx, { updatedBy: createdBy, reason: 'refund', transactionId: id, offlineId, op: 'refund' })
  const { versions } = await moveStock(tx, sender.branchId, returned)
  const amounts = refund.items.reduce((sum, { amount }) => sum + amount, 0)
  const code = await insertTransaction(tx, {
    id,
    branchId: sender.branchId,
    codePrefix: 'RFD',
    offlineId,
    offlineReference: refund.offline_reference,
    deviceId,
    createdBy,
    idUserApps: null,
    status: 'paid',
    paymentStatus: 'paid',
    paymentMethod: refund.payment_method,
    subtotal: below(amounts),
    discountTotal: 0,
    cartDiscount: 0,
    taxTotal: 0,
    tax: null,
    roundingTotal: amounts - refund.refund_total,
    grandTotal: below(refund.refund_total),
    op: 'refund',
    versions,
    createdAtDevice: refund.created_at_device,
    occurredAt: judged.countedAt,
    note: null,
    reason: refund.reason,
    shiftOfflineId: refund.shift_offline_id,
    staffId: refund.staff_id,
    approvedBy: refund.approved_by,
    refundOf: sale.id,
  })
  await insertItems(tx, id, refund.items.map(refundRow(products)))
  if (refund.refund_total > 0) {
    await insertPayment(tx, id, {
      offlineId: null,
      paymentMethod: refund.payment_method,
      amount: below(refund.refund_total),
      tendered: null,
      reference: refund.reference,
      createdAtDevice: refund.created_at_device,
      implied: false,
    })
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
    { type: 'refund', offlineId, deviceId, staffId: refund.staff_id, transactionId: id },
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
  if (shift.isClosed && refund.shift_offline_id !== null) await recountShift(tx, refund.shift_offline_id)
  return result
}

async function markForeignPayment(tx: Queryable, sender: Sender, sent: Sent<Payment>, saleId: number): Promise<void> {
  const { deviceId } = sender
  const at = sent.value.created_at_device
  const judged = await judge(tx, sender, { deviceId, at, staffId: null, approvedBy: null, needsApproval: false })
  const { offlineId } = sent
  await writeMarks(tx, sender, { type: 'payment', offlineId, deviceId, staffId: null, transactionId: saleId }, judged, [
    markOf('foreign_shift'),
  ])
}

/** Of a void or a refund: nobody may do these alone. */
function judgeLater(tx: Queryable, sender: Sender, value: Void | Refund) {
  return judge(tx, sender, {
    deviceId: value.device_id ?? sender.deviceId,
    at: value.created_at_device,
    staffId: value.staff_id,
    approvedBy: value.approved_by,
    needsApproval: true,
  })
}

/** Null: nobody is said to have allowed it, which is marked by itself. */
async function checkLater(
  tx: Queryable,
  sender: Sender,
  { value, offlineId: record }: Sent<Void | Refund>,
  {
    deviceId,
    countedAt,
    ...facts
  }: { what: 'void' | 'refund'; amount: number | null; deviceId: string; countedAt: string },
): Promise<CheckedApproval | null> {
  if (value.approved_by === null) return null
  return await checkApproval(tx, sender, {
    deviceId,
    countedAt,
    approvedBy: value.approved_by,
    proof: value.approval_proof,
    facts: { ...facts, record, sale: value.transaction_offline_id, base: null },
  })
}

/** The sale if something can still happen to it. Throws a Refusal. */
function openSale(sender: Sender, sale: BookedSale | undefined): BookedSale {
  if (!sale) throw new Refusal('unknown_transaction', 'The server does not know this sale')
  checkBranch(sender, sale.branchId)
  if (sale.op === 'refund') throw new Refusal('invalid', 'This is a refund, not a sale')
  if (sale.status === 'void') throw alreadyVoid()
  return sale
}

function alreadyVoid(): Refusal {
  return new Refusal('already_void', 'This sale is void already')
}

/** Thousandths of each product that were sold and have not come back. */
function leftOf(products: readonly SoldProduct[]): Map<number, number> {
  return new Map(products.map(({ productId, sold, returned }) => [productId, sold - returned]))
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
      discount: 0,
      amount: below(line.amount),
      note: null,
      master_price: null,
      stock_shown: null,
    }
  }
}

async function recordApproval(
  tx: Queryable,
  sender: Sender,
  what: 'void' | 'refund',
  { offlineId, value }: Sent<Void | Refund>,
  at: string,
  approval: CheckedApproval | null,
): Promise<void> {
  if (value.approved_by === null || approval === null) return
  await insertApproval(tx, {
    branchId: sender.branchId,
    what,
    offlineId,
    approvedBy: value.approved_by,
    staffId: value.staff_id,
    reason: value.reason,
    deviceId: value.device_id ?? sender.deviceId,
    at,
    proof: approval.proof,
  })
}

/** The same below zero; zero stays a plain zero. */
function below(amount: number): number {
  return amount === 0 ? 0 : -amount
}

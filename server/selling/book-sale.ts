import type { Payment, Sale } from '../../src/contract/sales.ts'
import type { ApprovalFacts } from '../../src/domain/approval.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from '../sql/change-context.ts'
import { insertApproval, type StoredResult, storeResult, takeTurn } from '../sql/operations.ts'
import { drawTransactionId, insertItems, insertPayment, insertTransaction } from '../sql/sales.ts'
import { listWaitingVoids } from '../sql/voids.ts'
import { enterShift, recountShift } from './booked-shift.ts'
import { checkApproval } from './check-approval.ts'
import { hasDiscount, isUnpaid, isVoidSale, planPayments } from './check-sale.ts'
import { checkSums, priceMarks } from './check-sums.ts'
import { claim } from './claim.ts'
import { judge, markOf, writeMarks } from './judge.ts'
import { moveStock } from './move-stock.ts'
import { noteDifferences } from './note-differences.ts'
import { negated, sumByProduct } from './plan-stock.ts'
import type { Sent, SentSale } from './read-batch.ts'
import { ContentMismatch, Refusal } from './refusal.ts'
import { actorName, checkDevice, type Sender } from './sender.ts'
import { findUndoing, undoOnArrival } from './waiting-void.ts'

/** An item of the upload, and what is answered to it. */
export interface Booked {
  readonly sent: Sent<unknown>
  readonly result: StoredResult
}

/**
 * Books a sale with its payments in the caller's database transaction, or resolves to what was booked before, of the sale alone. A sale is a
 * fact: stock may fall below zero (rule S9), prices stand as they were sold, products may be gone, sums that are wrong are
 * booked as they were told and marked. Throws a Refusal.
 */
export async function bookSale(
  tx: Queryable,
  sender: Sender,
  sent: SentSale,
  payments: readonly Sent<Payment>[],
): Promise<readonly Booked[]> {
  const sale = sent.value
  if (sale.branch_code !== sender.branchCode) {
    throw new Refusal('wrong_branch', `This sale belongs to branch ${sale.branch_code}`)
  }
  checkDevice(sender, sale.device_id)
  await takeTurn(tx, sent.offlineId)
  const known = await claim(tx, sender, 'transaction', sent)
  if (known) return [{ sent, result: known }]

  const waiting = await listWaitingVoids(tx, {
    branchId: sender.branchId,
    offlineId: sent.offlineId,
    sellers: [sale.device_id, sender.deviceId],
  })
  const awaited = await findUndoing(tx, sender, waiting, sale.grand_total)
  // Before any lock of goods, and in order: two sales one after the other could lock each other out.
  const shifts = [sale.shift_offline_id, awaited?.shiftOfflineId].filter((id) => typeof id === 'string')
  for (const id of [...new Set(shifts.map((each) => each.toLowerCase()))].toSorted()) await takeTurn(tx, id)
  const shift = await enterShift(tx, sender, sale.shift_offline_id, sale.device_id)
  const judged = await judge(tx, sender, {
    deviceId: sale.device_id,
    at: sale.created_at_device,
    staffId: sale.staff_id,
    approvedBy: sale.approved_by,
    needsApproval: false,
    alters: shift.alters,
  })
  const values = payments.map(({ value }) => value)
  const money = checkSums(sale, sent, values, judged.held)
  const plan = planPayments(sale, values)
  const paid = values.reduce((sum, payment) => sum + payment.amount, plan.implied)
  const isVoid = awaited !== undefined || isVoidSale(sale)
  const id = await drawTransactionId(tx)
  const createdBy = actorName(sender, sale)
  await setChangeContext(tx, {
    updatedBy: createdBy,
    reason: 'transaction',
    transactionId: id,
    offlineId: sent.offlineId,
    op: 'sale',
  })
  const sold = sumByProduct(sale.items)
  const { versions, products } = await moveStock(tx, sender.branchId, isVoid ? new Map() : negated(sold))
  // What is left has its column, of the same name.
  const { approval_proof, branch_code, items, sync_status, tax, type_transaction, ...told } = sale
  const code = await insertTransaction(tx, {
    ...told,
    id,
    branch_id: sender.branchId,
    offline_id: sent.offlineId,
    created_by: createdBy,
    id_user_apps: sale.id_user_apps === null ? null : String(sale.id_user_apps),
    status: isVoid ? 'void' : plan.status,
    payment_status: isVoid ? 'void' : plan.payment_status,
    cart_discount: money.cartDiscount,
    tax_rate_bp: tax?.rate_bp ?? null,
    tax_included: tax?.included ?? null,
    op: 'sale',
    versions,
    occurred_at: judged.countedAt,
  })
  await insertItems(
    tx,
    id,
    items.map((item, index) => ({
      ...item,
      product_name: item.product_name ?? products.get(item.product_id)?.name ?? null,
      amount: money.lineAmounts[index] ?? null,
    })),
  )
  const result: StoredResult = { serverId: id, transactionCode: code, versions }
  const booked = await bookPayments(tx, sender, { sent, id, implied: plan.implied }, payments)
  if (awaited) await undoOnArrival(tx, sender, awaited, { id, grandTotal: sale.grand_total, paid })
  const noted = { branch_id: sender.branchId, transaction_id: id, occurred_at: judged.countedAt }
  await noteDifferences(tx, noted, sale, { products, sold: isVoid ? new Map() : sold })
  const approval =
    sale.approved_by !== null && hasDiscount(sale.items, money.cartDiscount)
      ? await checkApproval(tx, sender, {
          deviceId: sale.device_id,
          approvedBy: sale.approved_by,
          proof: sale.approval_proof,
          countedAt: judged.countedAt,
          ...discountFacts(sale, money.cartDiscount),
        })
      : null
  if (sale.approved_by !== null && approval !== null) {
    await insertApproval(tx, {
      branch_id: sender.branchId,
      what: 'discount',
      offline_id: sent.offlineId,
      approved_by: sale.approved_by,
      staff_id: sale.staff_id,
      reason: sale.note,
      device_id: sale.device_id,
      occurred_at: judged.countedAt,
      proof: approval.proof,
    })
  }
  const prices = new Map([...products].map(([productId, { price }]) => [productId, price]))
  const sumMarks = isVoid ? [] : [...money.marks, ...priceMarks(sale.items, prices)]
  await writeMarks(
    tx,
    sender,
    {
      operation: 'transaction',
      offline_id: sent.offlineId,
      device_id: sale.device_id,
      staff_id: sale.staff_id,
      transaction_id: id,
    },
    judged,
    [
      ...sumMarks.map(({ kind, ...sums }) => markOf(kind, sums)),
      ...(!isVoid && isUnpaid(plan) ? [markOf('unpaid', { claimed: sale.grand_total, computed: paid })] : []),
      ...judged.marks,
      ...(approval?.marks ?? []),
      ...(shift.isForeign ? [markOf('foreign_shift')] : []),
      ...(waiting.some((each) => each !== awaited && !each.isSellers) ? [markOf('void_by_other')] : []),
    ],
  )
  await storeResult(tx, sent.offlineId, result)
  if (shift.isClosed && sale.shift_offline_id !== null) await recountShift(tx, sale.shift_offline_id)
  // The void may be of a later shift, which was counted without knowing what it hands back. Nothing happens while that is open.
  if (awaited?.shiftOfflineId) await recountShift(tx, awaited.shiftOfflineId)
  return [{ sent, result }, ...booked]
}

/**
 * What somebody has to have allowed. The discounts that the lines show, if they are more than the sale says: the approval was for what is
 * given away. By the sale's own id, also where a decision books it under another one.
 */
function discountFacts(sale: Sale, cartDiscount: number): { readonly facts: ApprovalFacts; readonly slack: number } {
  const given = sale.items.reduce((sum, { discount }) => sum + discount, 0) + cartDiscount
  const count = sale.items.filter(({ discount }) => discount > 0).length + (cartDiscount > 0 ? 1 : 0)
  const amount = Math.max(sale.discount_total, given)
  return {
    facts: { what: 'discount', record: sale.offline_id, sale: null, amount, base: sale.subtotal },
    slack: count,
  }
}

async function bookPayments(
  tx: Queryable,
  sender: Sender,
  { sent, id, implied }: { sent: SentSale; id: number; implied: number },
  payments: readonly Sent<Payment>[],
): Promise<Booked[]> {
  if (implied > 0) {
    const { payment_method, created_at_device } = sent.value
    await insertPayment(tx, id, { payment_method, created_at_device, amount: implied, implied: true })
  }
  const booked: Booked[] = []
  for (const payment of payments) {
    const known = await claim(tx, sender, 'payment', payment, sent.offlineId)
    // Booked before, yet its sale was not: it paid another one.
    if (known) throw new ContentMismatch(payment.offlineId, 'payment')
    booked.push({ sent: payment, result: await recordPayment(tx, id, payment) })
  }
  return booked
}

/** Inserts the row of a claimed payment. */
export async function recordPayment(
  tx: Queryable,
  transactionId: number,
  { offlineId, value }: Sent<Payment>,
): Promise<StoredResult> {
  const { transaction_offline_id, ...told } = value
  const serverId = await insertPayment(tx, transactionId, { ...told, offline_id: offlineId })
  const result: StoredResult = { serverId, transactionCode: null, versions: {} }
  await storeResult(tx, offlineId, result)
  return result
}

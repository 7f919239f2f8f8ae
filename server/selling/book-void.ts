/** A void: a sale is undone as a whole, an operation of its own. */
import type { Void } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from '../sql/change-context.ts'
import { type StoredResult, storeResult, takeTurn } from '../sql/operations.ts'
import { lockSale, markVoid, readSoldProducts } from '../sql/sales.ts'
import { insertVoid } from '../sql/voids.ts'
import { alreadyVoid, checkLater, judgeLater, leftOf, openSale, recordApproval } from './after-sale.ts'
import { enterShift, recountShift } from './booked-shift.ts'
import type { CheckedApproval } from './check-approval.ts'
import { claim } from './claim.ts'
import { markOf, writeMarks } from './judge.ts'
import { moveStock } from './move-stock.ts'
import type { Sent } from './read-batch.ts'
import { actorName, checkDevice, type Sender } from './sender.ts'
import { undoOnResending } from './waiting-void.ts'

/**
 * Undoes a whole sale: what was not refunded goes back to stock, once. Of a sale that has not come it waits (waiting-void.ts). Throws a
 * Refusal.
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
  if (known) {
    if (known.serverId === null) await undoOnResending(tx, sender, { offlineId, saleId })
    return known
  }
  const deviceId = value.device_id ?? sender.deviceId
  const shift = await enterShift(tx, sender, value.shift_offline_id, deviceId)
  const found = await lockSale(tx, saleId)
  const sale = found === undefined ? null : await openSale(tx, sender, found, value.created_at_device)
  const judged = await judgeLater(tx, sender, value, [...(sale ? [sale.occurredAt] : []), ...shift.alters])
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
  const { approval_proof, ...told } = value
  const isFirst = await insertVoid(tx, {
    ...told,
    offline_id: offlineId,
    branch_id: sender.branchId,
    transaction_offline_id: saleId,
    transaction_id: sale?.id ?? null,
    amount: sale ? sale.paid + sale.implied - sale.refunded : 0,
    device_id: deviceId,
    sent_by: sender.deviceId,
    occurred_at: judged.countedAt,
    proved_amount: approval?.provedAmount ?? null,
  })
  if (!isFirst) throw alreadyVoid()
  await recordApproval(tx, sender, 'void', sent, judged.countedAt, approval)
  await writeMarks(
    tx,
    sender,
    {
      operation: 'void',
      offline_id: offlineId,
      device_id: deviceId,
      staff_id: value.staff_id,
      transaction_id: sale?.id ?? null,
    },
    judged,
    [...judged.marks, ...(approval?.marks ?? []), ...(shift.isForeign ? [markOf('foreign_shift')] : [])],
  )
  await storeResult(tx, offlineId, result)
  if (shift.isClosed && value.shift_offline_id !== null) await recountShift(tx, value.shift_offline_id)
  return result
}

/** A sale as it goes up (specification section 3), made once when it is recorded: a retry has the same content (rule Q2). */
import type { DeviceProfile } from '../../contract/device.ts'
import type { Payment, Sale } from '../../contract/sales.ts'
import type { OperationContent } from '../../db/sales/sales-rows.ts'
import type { Actor, NewSale } from './sales.ts'

/**
 * @param at time of the device, ms
 * @param reference the receipt's number
 * @param newId makes the payments' own ids
 */
export function toSaleContent(
  { saleId, payments, actor, items, cart: _cart, partsVersion: _partsVersion, ...sums }: NewSale,
  device: DeviceProfile,
  at: number,
  reference: string,
  newId: () => string,
): OperationContent {
  const sale: Sale = {
    ...sums,
    items: [...items],
    offline_id: saleId,
    offline_reference: reference,
    device_id: device.device_id,
    created_at_device: isoTime(at),
    branch_code: device.branch.code,
    payment_method: mainMethod(payments),
    id_user_apps: `user_${actor.staffId}`,
    type_transaction: 1,
    status: 'paid',
    payment_status: 'paid',
    sync_status: null,
    shift_offline_id: actor.shiftId,
    staff_id: actor.staffId,
    approved_by: actor.approvedBy,
    ...proofOf(actor, device),
  }
  return {
    type: 'sale',
    sale,
    payments: payments.map(
      (payment): Payment => ({
        ...payment,
        offline_id: newId(),
        transaction_offline_id: saleId,
        created_at_device: isoTime(at),
      }),
    ),
  }
}

/** The field that a record of this device carries the proof of its approval in; none without one given here. */
export function proofOf(
  { approvedBy, proof }: Actor,
  { device_id: deviceId }: Pick<DeviceProfile, 'device_id'>,
): { approval_proof?: string } {
  return approvedBy === null || proof?.deviceId !== deviceId ? {} : { approval_proof: proof.text }
}

/** The method that pays most of it names the sale; the payments say the rest. */
function mainMethod(payments: NewSale['payments']): string {
  const [largest] = payments.toSorted((a, b) => b.amount - a.amount)
  return largest?.payment_method ?? 'CASH'
}

/** As the wire wants it, UTC. */
export function isoTime(at: number): string {
  return new Date(at).toISOString()
}

/** `YYYYMMDD` where the device is. */
export function localDay(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`
}

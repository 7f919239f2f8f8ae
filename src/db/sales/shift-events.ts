/**
 * What counts in a shift (docs/selling.md, Shift). Pure: the rows come from shifts.ts.
 *
 * A shift that is closed has been counted and signed: nothing done later changes its sums. So a sale counts in the shift that
 * sold it unless that same shift voided it; voided in a later shift, it stays in its own and its money goes out of the later.
 */
import type { Refund } from '../../contract/sales.ts'
import { type MethodAmount, remainingPayments, type ShiftEvent } from '../../domain/shift.ts'
import type { OperationRow } from './sales-rows.ts'

export interface ShiftRows {
  readonly shiftId: string
  /** From its opening to its closing (infinity while it is open), client time, ms. */
  readonly openedAt: number
  readonly closedAt: number
  /** Everything recorded in this shift. */
  readonly own: readonly OperationRow[]
  /** Sales that were never sent or were refused, and cancelled on this device: of any shift. */
  readonly cancelled: readonly OperationRow[]
  /** By `offline_id`: sales that the voids of this shift are about, voids of this shift's sales. */
  readonly others: ReadonlyMap<string, OperationRow>
  /** Refunds of any shift about the sales that were voided in this one. */
  readonly refunds: readonly OperationRow[]
}

export function shiftEvents(shift: ShiftRows): ShiftEvent[] {
  return [
    ...shift.own.flatMap((row) => eventOf(row, shift) ?? []),
    ...lateCancels(shift).map((sale) => lateVoid(sale, shift)),
  ]
}

/** Sales of earlier shifts that ended here in this one. One that has a void of its own counts by that. */
export function lateCancels(shift: Pick<ShiftRows, 'shiftId' | 'openedAt' | 'closedAt' | 'cancelled'>): OperationRow[] {
  return shift.cancelled.filter(
    (sale) => sale.shift !== shift.shiftId && sale.voided_by === '' && isCancelledWithin(shift, sale),
  )
}

/** Null: it moves no money in this shift. */
function eventOf(row: OperationRow, shift: ShiftRows): ShiftEvent | null {
  const { content } = row
  switch (content.type) {
    case 'sale':
      return isUndoneWithin(shift, row) ? { kind: 'undone-sale' } : { kind: 'sale', payments: paymentsOf(row) }
    case 'void': {
      if (row.state === 'cancelled') return null
      const sale = shift.others.get(row.about)
      if (!sale) return { kind: 'unknown-void' }
      return sale.shift === shift.shiftId ? null : lateVoid(sale, shift)
    }
    case 'refund': {
      const sale = shift.own.find(({ offline_id: id }) => id === row.about)
      if (isCancelledWithin(shift, row) || (sale && isUndoneWithin(shift, sale))) return null
      return { kind: 'refund', payment: refundOf(content.refund) }
    }
    case 'cash_movement': {
      const { direction, amount } = content.movement
      return { kind: 'movement', direction, amount }
    }
    case 'shift':
      return null
  }
}

/** What was refunded before is not handed back once more. */
function lateVoid(sale: OperationRow, shift: ShiftRows): ShiftEvent {
  const refunds = shift.refunds.flatMap((row) =>
    row.about === sale.offline_id && row.content.type === 'refund' && wasHandedBack(row, shift)
      ? [refundOf(row.content.refund)]
      : [],
  )
  return { kind: 'late-void', payments: remainingPayments(paymentsOf(sale), refunds) }
}

/**
 * False for a refund that ended before its money could count: in this shift, or before it. One of an earlier shift that ends only
 * now, together with its sale, was handed back then and stays in that shift's sums.
 */
function wasHandedBack(refund: OperationRow, shift: ShiftRows): boolean {
  if (refund.shift === shift.shiftId) return !isCancelledWithin(shift, refund)
  return refund.state !== 'cancelled' || isCancelledWithin(shift, refund)
}

function refundOf({ payment_method: method, refund_total: amount }: Refund): MethodAmount {
  return { method, amount }
}

/** Sold in this shift and voided in it. */
function isUndoneWithin(shift: ShiftRows, sale: OperationRow): boolean {
  if (sale.voided_by === '') return isCancelledWithin(shift, sale)
  return shift.others.get(sale.voided_by)?.shift === shift.shiftId
}

/** Ended here, without a void that was sent, while the shift was open: as it was recorded with the decision, whatever the clock said. */
function isCancelledWithin(
  { shiftId, openedAt, closedAt }: Pick<ShiftRows, 'shiftId' | 'openedAt' | 'closedAt'>,
  row: OperationRow,
): boolean {
  if (row.state !== 'cancelled') return false
  const decision = row.decisions.findLast(({ what }) => what === 'void')
  if (decision?.shift !== undefined) return decision.shift === shiftId
  const at = decision?.at ?? row.settled_at
  return at !== null && at >= openedAt && at <= closedAt
}

/** Sales of the shift that the server has not confirmed: taken in, but not on the server. */
export function unsentOf(own: readonly OperationRow[]): { count: number; amount: number } {
  const waiting = own.filter(({ kind, state }) => kind === 'sale' && UNSENT.has(state))
  return {
    count: waiting.length,
    amount: waiting.flatMap(paymentsOf).reduce((sum, { amount }) => sum + amount, 0),
  }
}

const UNSENT: ReadonlySet<string> = new Set(['queued', 'sending', 'needs-decision'])

function paymentsOf({ content }: OperationRow): MethodAmount[] {
  if (content.type !== 'sale') return []
  return content.payments.map(({ payment_method: method, amount }) => ({ method, amount }))
}

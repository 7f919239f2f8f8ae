/**
 * What should lie in a shift's drawer by what is booked (docs/selling.md, Shift): the counter's own arithmetic over the server's
 * rows. What another device recorded under this shift's name moves no money here, and is marked where it was recorded.
 */
import { remainingPayments, type ShiftEvent, shiftSums } from '../../src/domain/shift.ts'
import type { Queryable } from '../database.ts'
import { takeTurn } from '../sql/operations.ts'
import { type BookedShiftRows, findShiftOwner, readBookedShift, writeBookedCash } from '../sql/shifts.ts'

/**
 * Before an operation of a shift is booked: its closing waits until this one is booked, or this one sees it closed. Resolves to
 * whether the shift is another device's, and whether it is closed.
 */
export async function enterShift(
  tx: Queryable,
  shiftOfflineId: string | null,
  deviceId: string,
): Promise<{ readonly isForeign: boolean; readonly isClosed: boolean }> {
  if (shiftOfflineId === null) return { isForeign: false, isClosed: false }
  const shiftId = shiftOfflineId.toLowerCase()
  await takeTurn(tx, shiftId)
  const owner = await findShiftOwner(tx, shiftId)
  return {
    isForeign: owner?.isHeld === true && owner.deviceId !== deviceId,
    isClosed: owner?.isClosed ?? false,
  }
}

/** Counts a closed shift anew: something of it came late. */
export async function recountShift(tx: Queryable, shiftOfflineId: string): Promise<void> {
  const shiftId = shiftOfflineId.toLowerCase()
  const rows = await readBookedShift(tx, shiftId)
  if (rows) await writeBookedCash(tx, shiftId, shiftSums(rows.openingCash, bookedShiftEvents(rows)).expectedCash)
}

export function bookedShiftEvents({ sales, voids, refunds, movements }: BookedShiftRows): ShiftEvent[] {
  return [
    ...sales.map(
      ({ undoneWithin, payments }): ShiftEvent =>
        undoneWithin ? { kind: 'undone-sale' } : { kind: 'sale', payments: payments },
    ),
    ...voids.map(
      ({ isOwnSale, payments, refunds: before }): ShiftEvent =>
        isOwnSale ? { kind: 'late-void', payments: remainingPayments(payments, before) } : { kind: 'unknown-void' },
    ),
    ...refunds.map((payment): ShiftEvent => ({ kind: 'refund', payment })),
    ...movements.map((movement): ShiftEvent => ({ kind: 'movement', ...movement })),
  ]
}

/**
 * What should lie in a shift's drawer by what is booked (docs/selling.md, Shift): the counter's own arithmetic over the server's
 * rows. What another device brings under this shift's name moves no money here, whatever device it names, and is marked; it counts
 * once the shift's own device sends the same again, or can not send any more.
 */
import * as v from 'valibot'
import { shiftSchema } from '../../src/contract/shifts.ts'
import { remainingPayments, type ShiftEvent, shiftSums } from '../../src/domain/shift.ts'
import type { Queryable } from '../database.ts'
import { takeTurn } from '../sql/operations.ts'
import {
  type BookedShiftRows,
  closeShift,
  findBroughtClosings,
  findShiftOwner,
  findShiftsWithBrought,
  lockShift,
  readBookedShift,
  writeBookedCash,
} from '../sql/shifts.ts'
import type { Sender } from './sender.ts'

interface EnteredShift {
  readonly isForeign: boolean
  readonly isClosed: boolean
  readonly alters: readonly string[]
}

/**
 * Before an operation of a shift is booked: its closing waits until this one is booked, or this one sees it closed. Resolves to
 * whether the shift is another device's, whether it is closed, and since when there was what is counted anew then: nothing, or the
 * shift's opening (ISO 8601). `deviceId`: who is said to have recorded it.
 */
export async function enterShift(
  tx: Queryable,
  sender: Pick<Sender, 'deviceId' | 'isOwnersDecision'>,
  shiftOfflineId: string | null,
  deviceId: string,
): Promise<EnteredShift> {
  if (shiftOfflineId === null) return { isForeign: false, isClosed: false, alters: [] }
  const shiftId = shiftOfflineId.toLowerCase()
  await takeTurn(tx, shiftId)
  const owner = await findShiftOwner(tx, shiftId)
  const isForeign =
    owner?.isHeld === true &&
    sender.isOwnersDecision !== true &&
    (owner.deviceId !== sender.deviceId || owner.deviceId !== deviceId)
  const isClosed = owner?.isClosed ?? false
  return { isForeign, isClosed, alters: owner && isClosed && !isForeign ? [owner.openedAt] : [] }
}

/** Counts a closed shift anew: something of it came late. */
export async function recountShift(tx: Queryable, shiftOfflineId: string): Promise<void> {
  const shiftId = shiftOfflineId.toLowerCase()
  const rows = await readBookedShift(tx, shiftId)
  if (rows) await writeBookedCash(tx, shiftId, shiftSums(rows.openingCash, bookedShiftEvents(rows)).expectedCash)
}

/**
 * A device can not send any more. What others brought of its shifts holds now: of an open one the closing, of a closed one what did not
 * count there. After it was revoked; as often as one likes.
 */
export async function settleShifts(tx: Queryable, deviceId: string): Promise<void> {
  const closings = new Map((await findBroughtClosings(tx, deviceId)).map((each) => [each.shiftOfflineId, each]))
  const closed = await findShiftsWithBrought(tx, deviceId)
  // All in one order, as everybody who takes the turns of several shifts.
  for (const shiftOfflineId of [...new Set([...closings.keys(), ...closed])].toSorted()) {
    // As everything of a shift: what is being booked in it is counted, or sees it closed.
    await takeTurn(tx, shiftOfflineId)
    const brought = closings.get(shiftOfflineId)
    if (brought && (await lockShift(tx, shiftOfflineId))?.isClosed === false) {
      const entry = v.parse(shiftSchema, brought.content)
      if (entry.action !== 'close') throw new Error('What closes a shift is no closing')
      await closeShift(tx, brought.id, { offlineId: brought.offlineId, closedAt: brought.closedAt }, entry)
    }
    await recountShift(tx, shiftOfflineId)
  }
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

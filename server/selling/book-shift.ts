/** A shift's opening and closing, and cash that goes into the drawer or out of it. No stock moves, no event. */
import type { CashMovement, ShiftEntry } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'
import { insertApproval, type StoredResult, storeResult, takeTurn } from '../sql/operations.ts'
import { closeShift, insertCashMovement, insertShift, type KnownShift, lockShift } from '../sql/shifts.ts'
import { claim } from './claim.ts'
import type { Sent } from './read-batch.ts'
import { Refusal } from './refusal.ts'
import { checkBranch, checkDevice, type Sender } from './sender.ts'

/** Throws a Refusal. */
export async function bookShift(tx: Queryable, sender: Sender, sent: Sent<ShiftEntry>): Promise<StoredResult> {
  const { value: entry, offlineId } = sent
  const shiftId = entry.shift_offline_id.toLowerCase()
  checkDevice(sender, entry.device_id)
  if (entry.action === 'open' && shiftId !== offlineId) {
    throw new Refusal('invalid', 'shift_offline_id: an opening names itself')
  }
  await takeTurn(tx, shiftId)
  const known = await claim(tx, sender, 'shift', sent)
  if (known) return known
  const serverId =
    entry.action === 'open'
      ? await insertShift(tx, sender.branchId, shiftId, { ...entry, device_id: entry.device_id ?? sender.deviceId })
      : await close(tx, openShift(sender, await lockShift(tx, shiftId)), offlineId, entry)
  const result: StoredResult = { serverId, transactionCode: null, versions: {} }
  await storeResult(tx, offlineId, result)
  return result
}

/** Also for a shift that is closed: it was uploaded late, and the cash moved all the same. Throws a Refusal. */
export async function bookCashMovement(tx: Queryable, sender: Sender, sent: Sent<CashMovement>): Promise<StoredResult> {
  const { value, offlineId } = sent
  const shiftId = value.shift_offline_id.toLowerCase()
  checkDevice(sender, value.device_id)
  await takeTurn(tx, shiftId)
  const known = await claim(tx, sender, 'cash_movement', sent)
  if (known) return known
  knownShift(sender, await lockShift(tx, shiftId))
  const movement = { ...value, device_id: value.device_id ?? sender.deviceId }
  const serverId = await insertCashMovement(tx, sender.branchId, { offlineId, shiftOfflineId: shiftId }, movement)
  if (value.approved_by !== null) {
    await insertApproval(tx, {
      branchId: sender.branchId,
      what: 'cash_movement',
      offlineId,
      approvedBy: value.approved_by,
      staffId: value.staff_id,
      reason: value.reason,
      deviceId: movement.device_id,
      at: value.created_at_device,
    })
  }
  const result: StoredResult = { serverId, transactionCode: null, versions: {} }
  await storeResult(tx, offlineId, result)
  return result
}

async function close(
  tx: Queryable,
  shift: KnownShift,
  offlineId: string,
  closing: Extract<ShiftEntry, { action: 'close' }>,
): Promise<number> {
  await closeShift(tx, shift.id, offlineId, closing)
  return shift.id
}

function knownShift(sender: Sender, shift: KnownShift | undefined): KnownShift {
  if (!shift) throw new Refusal('unknown_shift', 'The server does not know this shift')
  checkBranch(sender, shift.branchId)
  return shift
}

function openShift(sender: Sender, shift: KnownShift | undefined): KnownShift {
  const known = knownShift(sender, shift)
  if (known.isClosed) throw new Refusal('shift_closed', 'This shift is closed already')
  return known
}

/** A shift's opening and closing, and cash that goes into the drawer or out of it. No stock moves. */
import type { CashMovement, ShiftEntry } from '../../src/contract/shifts.ts'
import type { Queryable } from '../database.ts'
import { insertApproval, type StoredResult, storeResult, takeTurn } from '../sql/operations.ts'
import {
  closeShift,
  insertCashMovement,
  insertShift,
  type KnownShift,
  lockShift,
  noteBroughtClosing,
} from '../sql/shifts.ts'
import { enterShift, recountShift } from './booked-shift.ts'
import { checkApproval } from './check-approval.ts'
import { claim } from './claim.ts'
import { type Judged, judge, markOf, writeMarks } from './judge.ts'
import { notHere } from './not-here.ts'
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
  const deviceId = entry.device_id ?? sender.deviceId
  const known = await claim(tx, sender, 'shift', sent)
  if (known) {
    if (entry.action === 'close') await closeAfterAll(tx, sender, { offlineId, shiftId }, entry)
    return known
  }
  const judged = await judgeShift(tx, sender, entry)
  const shift = entry.action === 'open' ? null : await openShift(tx, sender, entry, deviceId)
  const isBrought = shift !== null && isOthers(sender, shift)
  const serverId =
    entry.action === 'open'
      ? await insertShift(tx, {
          shift_offline_id: shiftId,
          branch_id: sender.branchId,
          device_id: deviceId,
          staff_id: entry.staff_id,
          staff_name: entry.staff_name,
          opening_cash: entry.opening_cash,
          opened_at_device: entry.created_at_device,
          opened_at: judged.countedAt,
        })
      : (shift?.id ?? null)
  if (shift !== null && entry.action === 'close') {
    const operation = { offlineId, closedAt: judged.countedAt }
    if (isBrought) await noteBroughtClosing(tx, shift.id, operation)
    else await closeShift(tx, shift.id, operation, entry)
    await recountShift(tx, shiftId)
  }
  await writeMarks(
    tx,
    sender,
    { operation: 'shift', offline_id: offlineId, device_id: deviceId, staff_id: entry.staff_id, transaction_id: null },
    judged,
    [...judged.marks, ...(isBrought ? [markOf('closing_brought')] : [])],
  )
  const result: StoredResult = { serverId, transactionCode: null, versions: {} }
  await storeResult(tx, offlineId, result)
  return result
}

/** Also for a shift that is closed: it was uploaded late, and the cash moved all the same. Throws a Refusal. */
export async function bookCashMovement(tx: Queryable, sender: Sender, sent: Sent<CashMovement>): Promise<StoredResult> {
  const { value, offlineId } = sent
  const shiftId = value.shift_offline_id.toLowerCase()
  checkDevice(sender, value.device_id)
  const deviceId = value.device_id ?? sender.deviceId
  const shift = await enterShift(tx, sender, shiftId, deviceId)
  const known = await claim(tx, sender, 'cash_movement', sent)
  if (known) return known
  const judged = await judge(tx, sender, {
    deviceId,
    at: value.created_at_device,
    staffId: value.staff_id,
    approvedBy: value.approved_by,
    needsApproval: false,
    alters: shift.alters,
  })
  await knownShift(tx, sender, value)
  const { approval_proof, ...told } = value
  const serverId = await insertCashMovement(tx, {
    ...told,
    offline_id: offlineId,
    branch_id: sender.branchId,
    shift_offline_id: shiftId,
    device_id: deviceId,
    occurred_at: judged.countedAt,
  })
  const approval =
    value.approved_by === null
      ? null
      : await checkApproval(tx, sender, {
          deviceId,
          approvedBy: value.approved_by,
          proof: value.approval_proof,
          countedAt: judged.countedAt,
          facts: { what: `cash_${value.direction}`, record: offlineId, sale: null, amount: value.amount, base: null },
        })
  if (value.approved_by !== null && approval !== null) {
    await insertApproval(tx, {
      branch_id: sender.branchId,
      what: 'cash_movement',
      offline_id: offlineId,
      approved_by: value.approved_by,
      staff_id: value.staff_id,
      reason: value.reason,
      device_id: deviceId,
      occurred_at: judged.countedAt,
      proof: approval.proof,
    })
  }
  await writeMarks(
    tx,
    sender,
    {
      operation: 'cash_movement',
      offline_id: offlineId,
      device_id: deviceId,
      staff_id: value.staff_id,
      transaction_id: null,
    },
    judged,
    [...judged.marks, ...(approval?.marks ?? []), ...(shift.isForeign ? [markOf('foreign_shift')] : [])],
  )
  if (shift.isClosed) await recountShift(tx, shiftId)
  const result: StoredResult = { serverId, transactionCode: null, versions: {} }
  await storeResult(tx, offlineId, result)
  return result
}

/** Another device had brought this closing, and now the shift's own sends it. */
async function closeAfterAll(
  tx: Queryable,
  sender: Sender,
  { offlineId, shiftId }: { readonly offlineId: string; readonly shiftId: string },
  closing: Extract<ShiftEntry, { action: 'close' }>,
): Promise<void> {
  const shift = await lockShift(tx, shiftId)
  if (!shift || shift.isClosed || isOthers(sender, shift)) return
  const { countedAt: closedAt } = await judgeShift(tx, sender, closing)
  await closeShift(tx, shift.id, { offlineId, closedAt }, closing)
  await recountShift(tx, shiftId)
}

function judgeShift(tx: Queryable, sender: Sender, entry: ShiftEntry): Promise<Judged> {
  return judge(tx, sender, {
    deviceId: entry.device_id ?? sender.deviceId,
    at: entry.created_at_device,
    staffId: entry.staff_id,
    approvedBy: null,
    needsApproval: false,
  })
}

/** The shift's own device may still upload, and is not the one that sends. */
function isOthers(sender: Sender, { isHeld, deviceId }: KnownShift): boolean {
  return isHeld && deviceId !== sender.deviceId
}

async function knownShift(
  tx: Queryable,
  sender: Sender,
  { shift_offline_id: shiftId, created_at_device: at }: ShiftEntry | CashMovement,
): Promise<KnownShift> {
  const shift = await lockShift(tx, shiftId.toLowerCase())
  if (!shift) throw await notHere(tx, 'unknown_shift', at)
  checkBranch(sender, shift.branchId)
  return shift
}

/**
 * Only of the device that opened a shift there is a closing of it, or of the one that goes on when that one can not upload any more.
 * Throws a Refusal.
 */
async function openShift(tx: Queryable, sender: Sender, closing: ShiftEntry, deviceId: string): Promise<KnownShift> {
  const known = await knownShift(tx, sender, closing)
  if (known.isHeld && known.deviceId !== deviceId) {
    throw new Refusal('wrong_device', 'Only the device that opened this shift closes it')
  }
  if (known.isClosed) throw new Refusal('shift_closed', 'This shift is closed already')
  return known
}

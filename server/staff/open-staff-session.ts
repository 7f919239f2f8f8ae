import type { PublicKey } from '../../src/contract/device.ts'
import type { StaffSession } from '../../src/contract/staff-session.ts'
import { pinProblem } from '../../src/domain/pin-rules.ts'
import { hashToken } from '../broker/policy.ts'
import { thumbprintOf } from '../devices/verify-proof.ts'
import { ApiError } from '../http/api-error.ts'
import { takeApprovalKey } from '../sql/approval-keys.ts'
import type { DeviceRow } from '../sql/devices.ts'
import {
  clearPinAttempts,
  findStaffSecret,
  insertStaffSession,
  type StaffSecret,
  takePinAttempt,
} from '../sql/staff-sessions.ts'
import { changeStaff, type StaffDeps } from './change-staff.ts'

const TOKEN_BYTES = 32

/**
 * Exchanges a PIN for a staff token that holds on this device alone. The token is told once and stored as its hash. Throws
 * ApiError `pin_wrong` (403), also for somebody who is not active in the branch: then nothing is counted against anybody, because
 * there is no PIN to be found. `too_many_requests` (429) with Retry-After when too many wrong PINs came for this member of staff
 * from this device. `pin_change_needed` (403): an owner's PIN of before the rules opens nothing but a new one.
 */
export async function openStaffSession(
  deps: StaffDeps & { readonly checkPin: (pin: string, stored: string) => Promise<boolean> },
  attempt: {
    device: DeviceRow
    staffId: number
    pin: string
    newPin?: string | undefined
    approvalKey?: PublicKey | undefined
  },
): Promise<StaffSession & { readonly is_new_pin: boolean }> {
  const { db, randomBytes, checkPin } = deps
  const { device, staffId, pin, newPin, approvalKey } = attempt
  const wrong = new ApiError(403, 'pin_wrong', 'This PIN is not right')
  const found = await findStaffSecret(db, device.branchId, staffId)
  if (!found) throw wrong
  const subject = { deviceId: device.id, staffId }
  const waits = await takePinAttempt(db, subject)
  if (waits > 0) {
    const headers = { 'retry-after': String(waits) }
    throw new ApiError(429, 'too_many_requests', `Too many wrong PINs; try again in ${waits} seconds`, headers)
  }
  if (!(await checkPin(pin, found.pinHash))) throw wrong
  await clearPinAttempts(db, subject)
  const staff = isOutgrown(found, pin) ? await takeNewPin(deps, device.branchId, found, newPin) : found
  const token = Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url')
  const { id, name, role, version, pinHash } = staff
  const expiresAt = await db.transaction((tx) =>
    insertStaffSession(tx, { tokenHash: hashToken(token), staffId: id, deviceId: device.id, pinHash }),
  )
  const isNewPin = staff !== found
  const taken = approvalKey === undefined ? null : await takeKey(db, device, staff, approvalKey)
  return {
    staff_token: token,
    expires_at: expiresAt,
    staff: { id, name, role, version },
    is_new_pin: isNewPin,
    ...(taken === null ? {} : { approval_key: taken }),
  }
}

/** Resolves to the thumbprint of the key that proves this person's approvals at this device from now on; null: it was not taken. */
async function takeKey(
  db: StaffDeps['db'],
  device: DeviceRow,
  staff: StaffSecret,
  { x, y, ...kind }: PublicKey,
): Promise<string | null> {
  const thumbprint = await thumbprintOf({ x, y, ...kind })
  if (thumbprint === null) return null
  const { id: staffId, pinHash } = staff
  const key = { thumbprint, x, y, branchId: device.branchId, deviceId: device.id, staffId, pinHash }
  return (await db.transaction((tx) => takeApprovalKey(tx, key))) ? thumbprint : null
}

/** An owner's PIN from before there were rules: every device of the shop has had its hash. */
function isOutgrown({ role }: StaffSecret, pin: string): boolean {
  return role === 'owner' && pinProblem(pin, 'owner') !== null
}

async function takeNewPin(
  deps: StaffDeps,
  branchId: number,
  staff: StaffSecret,
  newPin: string | undefined,
): Promise<StaffSecret> {
  if (newPin === undefined) {
    throw new ApiError(403, 'pin_change_needed', 'This PIN is too weak for an owner: send a new one with it')
  }
  const { written: changed } = await changeStaff(deps, branchId, staff.id, { pin: newPin, fromHash: staff.pinHash })
  return { ...staff, pinHash: changed.pin_hash, version: changed.version }
}

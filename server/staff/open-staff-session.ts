import type { StaffSession } from '../../src/contract/rest.ts'
import { hashToken } from '../broker/policy.ts'
import type { Database } from '../database.ts'
import { isPin } from '../devices/pin-hash.ts'
import { ApiError } from '../http/api-error.ts'
import type { DeviceRow } from '../sql/devices.ts'
import { clearPinAttempts, findStaffSecret, insertStaffSession, takePinAttempt } from '../sql/staff-sessions.ts'

const TOKEN_BYTES = 32

/**
 * Exchanges a PIN for a staff token that holds on this device alone. The token is told once and stored as its hash. Throws
 * ApiError `pin_wrong` (403), also for somebody who is not active in the branch, or `too_many_requests` (429) with Retry-After
 * when too many wrong PINs came for this member of staff or from this device.
 */
export async function openStaffSession(
  { db, randomBytes }: { db: Database; randomBytes: (size: number) => Uint8Array },
  { device, staffId, pin }: { device: DeviceRow; staffId: number; pin: string },
): Promise<StaffSession> {
  const subjects = [`device ${device.id}`, `staff ${staffId}`]
  const waits = await takeAttempts(db, subjects)
  if (waits > 0) {
    const headers = { 'retry-after': String(waits) }
    throw new ApiError(429, 'too_many_requests', `Too many wrong PINs; try again in ${waits} seconds`, headers)
  }
  const staff = await findStaffSecret(db, device.branchId, staffId)
  if (!staff || !(await isPin(pin, staff.pinHash))) throw new ApiError(403, 'pin_wrong', 'This PIN is not right')
  const token = Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url')
  const expiresAt = await db.transaction(async (tx) => {
    await clearPinAttempts(tx, subjects)
    const { id, pinHash } = staff
    return insertStaffSession(tx, { tokenHash: hashToken(token), staffId: id, deviceId: device.id, pinHash })
  })
  return { staff_token: token, expires_at: expiresAt, staff: { id: staff.id, name: staff.name, role: staff.role } }
}

/** Seconds to wait, or 0 when one attempt was counted for every subject: for all of them or for none. */
async function takeAttempts(db: Database, subjects: readonly string[]): Promise<number> {
  try {
    await db.transaction(async (tx) => {
      for (const subject of subjects) {
        const seconds = await takePinAttempt(tx, subject)
        if (seconds > 0) throw new MustWait(seconds)
      }
    })
    return 0
  } catch (error) {
    if (error instanceof MustWait) return error.seconds
    throw error
  }
}

/** Rolls the transaction back. */
class MustWait extends Error {
  override readonly name = 'MustWait'
  readonly seconds: number

  constructor(seconds: number) {
    super(`wait ${seconds} s`)
    this.seconds = seconds
  }
}

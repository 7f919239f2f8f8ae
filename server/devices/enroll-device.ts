import { hashToken } from '../broker/policy.ts'
import type { Database } from '../database.ts'
import { ApiError } from '../http/api-error.ts'
import { type DeviceRow, findDevice, insertDevice, lockPairingCode, usePairingCode } from '../sql/devices.ts'
import { formatDeviceId, formatDeviceToken } from './device-credentials.ts'
import { normalizePairingCode } from './pairing-code.ts'

/** Two devices in 2³² drawing the same id is rare; five times in a row is a broken random source. */
const MAX_DRAWS = 5

export interface EnrolledDevice {
  readonly device: DeviceRow
  /** Told once, stored as its hash. */
  readonly token: string
}

/**
 * Turns a pairing code into a device, once: of several at the same time exactly one wins. Throws ApiError
 * `pairing_code_unknown` (404), `pairing_code_used` (409) or `pairing_code_expired` (410).
 */
export async function enrollDevice(
  db: Database,
  randomBytes: (size: number) => Uint8Array,
  request: { pairingCode: string; deviceName: string; keyThumbprint: string | null },
): Promise<EnrolledDevice> {
  const code = normalizePairingCode(request.pairingCode)
  const unknown = new ApiError(404, 'pairing_code_unknown', 'There is no such pairing code')
  if (code === null) throw unknown
  const token = formatDeviceToken(randomBytes(32))
  const device = await db.transaction(async (tx) => {
    const pairing = await lockPairingCode(tx, code)
    if (!pairing) throw unknown
    if (pairing.used) throw new ApiError(409, 'pairing_code_used', 'This pairing code has been used')
    if (pairing.expired) throw new ApiError(410, 'pairing_code_expired', 'This pairing code has expired')
    for (let draw = 0; draw < MAX_DRAWS; draw++) {
      const id = formatDeviceId(randomBytes(4))
      const device = {
        id,
        branchId: pairing.branchId,
        name: request.deviceName,
        tokenHash: hashToken(token),
        keyThumbprint: request.keyThumbprint,
      }
      if (!(await insertDevice(tx, device))) continue
      await usePairingCode(tx, code, id)
      return findDevice(tx, id)
    }
    return null
  })
  if (!device) throw new Error('No free device id was drawn')
  return { device, token }
}

import type { FastifyRequest } from 'fastify'
import type { StaffRole } from '../../src/contract/records/staff.ts'
import { STAFF_TOKEN_HEADER } from '../../src/contract/staff-session.ts'
import { hashToken } from '../broker/policy.ts'
import type { Queryable } from '../database.ts'
import { ApiError } from '../http/api-error.ts'
import type { DeviceGuard } from '../http/authenticate.ts'
import { clientAddress } from '../http/client-address.ts'
import type { SecurityLog } from '../security/security-log.ts'
import type { DeviceRow } from '../sql/devices.ts'
import { extendStaffSession, findStaffSession, type StaffSessionRow } from '../sql/staff-sessions.ts'

const MAX_TOKEN_LENGTH = 512

/** Who sent a request: a member of staff at an enrolled device of the same branch. */
export interface StaffAtDevice {
  readonly device: DeviceRow
  readonly staff: StaffSessionRow
  /** How the change log names who did it: `user_4`. */
  readonly updatedBy: string
}

export interface StaffGuard {
  /** A Fastify hook behind the device guard's: lets only staff of `role` pass. */
  readonly hook: (request: FastifyRequest) => Promise<void>
  /** Who sent the request; only for routes behind the hook. */
  readonly staffOf: (request: FastifyRequest) => StaffAtDevice
}

/**
 * Looks the session up at every request, so that a changed PIN and a deactivation hold at once. A device's token alone, or a
 * session that is over, is 403 `staff_sign_in_needed`; another role is 403 `forbidden`.
 */
export function createStaffGuard(
  { db, security }: { db: Queryable; security: SecurityLog },
  devices: DeviceGuard,
  role: StaffRole = 'owner',
): StaffGuard {
  const known = new WeakMap<FastifyRequest, StaffAtDevice>()
  return {
    async hook(request) {
      const device = devices.deviceOf(request)
      const token = staffTokenOf(request)
      const tokenHash = token === null ? null : hashToken(token)
      const staff =
        tokenHash === null
          ? null
          : await findStaffSession(db, { tokenHash, deviceId: device.id, branchId: device.branchId })
      const { id: deviceId, branchId } = device
      const address = clientAddress(request)
      if (tokenHash === null || staff === null) {
        // Also one that is over: a guess looks the same.
        security.note({ kind: tokenHash === null ? 'right_refused' : 'session_wrong', branchId, deviceId, address })
        throw new ApiError(403, 'staff_sign_in_needed', 'Sign in with a PIN first')
      }
      if (staff.role !== role) {
        security.note({ kind: 'right_refused', branchId, deviceId, staffId: staff.staffId, address })
        throw new ApiError(403, 'forbidden', `This needs the role ${role}`)
      }
      await extendStaffSession(db, tokenHash)
      known.set(request, { device, staff, updatedBy: `user_${staff.staffId}` })
    },
    staffOf(request) {
      const found = known.get(request)
      if (!found) throw new Error('staffOf was called for a route without the staff guard')
      return found
    },
  }
}

/** The token of the header, or null. */
export function staffTokenOf(request: FastifyRequest): string | null {
  const header = request.headers[STAFF_TOKEN_HEADER]
  return typeof header === 'string' && header !== '' && header.length <= MAX_TOKEN_LENGTH ? header : null
}

import type { FastifyInstance } from 'fastify'
import { OWNER_PATHS } from '../../src/contract/owner.ts'
import type { SecurityKind } from '../../src/contract/owner-security.ts'
import { PATHS } from '../../src/contract/rest.ts'
import { staffSessionRequestSchema } from '../../src/contract/staff-session.ts'
import type { RouteDeps } from '../app-deps.ts'
import { hashToken } from '../broker/policy.ts'
import { isPin } from '../devices/pin-hash.ts'
import { ApiError } from '../http/api-error.ts'
import type { DeviceGuard } from '../http/authenticate.ts'
import { clientAddress } from '../http/client-address.ts'
import { parseRequest } from '../http/parse-request.ts'
import { undoWhatIsProven } from '../selling/waiting-void.ts'
import { deleteStaffSession } from '../sql/staff-sessions.ts'
import { createOneAtATime } from '../staff/one-at-a-time.ts'
import { openStaffSession } from '../staff/open-staff-session.ts'
import { staffTokenOf } from '../staff/staff-guard.ts'

/** Signing in with a PIN, and out again. Behind the device guard. */
export function registerStaffSessionRoutes(app: FastifyInstance, deps: RouteDeps, guard: DeviceGuard): void {
  // Checking a PIN is made to be slow, in threads that all of the server shares: a device has one of them at a time.
  const oneAtATime = createOneAtATime()

  app.post(PATHS.staffSession, async (request) => {
    const body = parseRequest(staffSessionRequestSchema, request.body)
    const { staff_id: staffId, pin, new_pin: newPin, approval_key: approvalKey } = body
    const device = guard.deviceOf(request)
    const { id: deviceId, branchId } = device
    const note = (kind: SecurityKind) =>
      deps.security.note({ kind, branchId, deviceId, staffId, address: clientAddress(request) })
    const checkPin = (given: string, stored: string) => oneAtATime(deviceId, () => isPin(given, stored))
    const attempt = { device, staffId, pin, newPin, approvalKey }
    const session = await openStaffSession({ ...deps, checkPin }, attempt).catch((error: unknown) => {
      if (error instanceof ApiError && error.kind === 'pin_wrong') note('pin_wrong')
      if (error instanceof ApiError && error.kind === 'too_many_requests') note('pin_locked')
      throw error
    })
    note('signed_in')
    if (session.is_new_pin) note('owner_pin_set')
    const { is_new_pin: _noted, ...data } = session
    if (data.approval_key !== undefined) {
      const sender = { deviceId, branchId, branchCode: device.branchCode, noteForged: () => note('approval_forged') }
      // By itself: nothing about a sale may stand in the way of signing in. Whatever fails is tried with the next PIN.
      await undoWhatIsProven(deps.db, sender, staffId).catch((error: unknown) =>
        deps.lines('error', { err: error }, 'signed in, but the voids that this key proves were not carried out'),
      )
    }
    return { code: 200, data }
  })

  // Whoever is out already is told so all the same.
  app.post(OWNER_PATHS.signOut, async (request) => {
    const token = staffTokenOf(request)
    if (token !== null) await deleteStaffSession(deps.db, hashToken(token))
    return { code: 200, data: {} }
  })
}

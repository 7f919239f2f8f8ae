import type { FastifyReply, FastifyRequest } from 'fastify'
import { hashToken } from '../broker/policy.ts'
import type { Queryable } from '../database.ts'
import { createProofGuard } from '../devices/proof-guard.ts'
import type { SecurityLog } from '../security/security-log.ts'
import { type DeviceRow, findDeviceByTokenHash, touchDevice } from '../sql/devices.ts'
import { ApiError } from './api-error.ts'
import { clientAddress } from './client-address.ts'

const TOUCH_INTERVAL_MS = 60_000
const MAX_TOKEN_LENGTH = 512

/** The token of `Authorization: Bearer …`, or null. */
export function bearerToken(request: FastifyRequest): string | null {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return token !== undefined && token.length <= MAX_TOKEN_LENGTH ? token : null
}

export function unauthorized(message: string): ApiError {
  return new ApiError(401, 'unauthorized', message, { 'www-authenticate': 'Bearer' })
}

export interface DeviceGuard {
  /** A Fastify hook that lets only enrolled devices pass. */
  readonly hook: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** The device that sent the request; only for routes behind the hook. */
  readonly deviceOf: (request: FastifyRequest) => DeviceRow
  /** The device's own branch, or a 403 when the request names another one. No name means the own one. */
  readonly ownBranchId: (request: FastifyRequest, branchCode: string | undefined) => number
}

/** Looks the device up at every request, so that a revocation holds at once. */
export function createDeviceGuard({
  db,
  clock,
  security,
}: {
  db: Queryable
  clock: () => number
  security: SecurityLog
}): DeviceGuard {
  const devices = new WeakMap<FastifyRequest, DeviceRow>()
  const requireProof = createProofGuard({ db, clock, security })
  const guard: DeviceGuard = {
    async hook(request, reply) {
      const token = bearerToken(request)
      const device = token === null ? null : await findDeviceByTokenHash(db, hashToken(token))
      if (device === null || token === null) {
        security.note({ kind: 'token_unknown', address: clientAddress(request) })
        throw unauthorized('This device is not enrolled here')
      }
      if (device.revokedAt !== null) {
        const { id: deviceId, branchId } = device
        security.note({ kind: 'token_revoked', branchId, deviceId, address: clientAddress(request) })
        throw new ApiError(401, 'device_revoked', 'This device was revoked')
      }
      await requireProof(request, reply, device, token)
      devices.set(request, device)
      if (device.lastSeenAt === null || Math.abs(clock() - Date.parse(device.lastSeenAt)) > TOUCH_INTERVAL_MS) {
        await touchDevice(db, device.id)
      }
    },
    deviceOf(request) {
      const device = devices.get(request)
      if (!device) throw new Error('deviceOf was called for a route without the device guard')
      return device
    },
    ownBranchId(request, branchCode) {
      const { id: deviceId, branchId, branchCode: own } = guard.deviceOf(request)
      if (branchCode === undefined || branchCode === own) return branchId
      security.note({ kind: 'branch_refused', branchId, deviceId, address: clientAddress(request) })
      throw new ApiError(403, 'forbidden', 'This device belongs to another branch')
    },
  }
  return guard
}

/** Notes what a device of the branch asks for that the branch does not have: it may be another's. Never stops an answer. */
export function noteUnknownIds(guard: DeviceGuard, security: SecurityLog) {
  return (request: FastifyRequest, _reply: FastifyReply, error: Error, done: () => void): void => {
    if (error instanceof ApiError && error.status === 404) {
      const { id: deviceId, branchId } = guard.deviceOf(request)
      security.note({ kind: 'id_unknown', branchId, deviceId, address: clientAddress(request) })
    }
    done()
  }
}

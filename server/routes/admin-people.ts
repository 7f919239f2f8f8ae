import type { FastifyInstance } from 'fastify'
import { staffRequestSchema } from '../../src/contract/admin.ts'
import { anyBranchQuerySchema, branchNamedQuerySchema, deviceParamsSchema } from '../../src/contract/queries.ts'
import type { RouteDeps } from '../app-deps.ts'
import { hashPin } from '../devices/pin-hash.ts'
import { shutDeviceOut } from '../devices/revoke-device.ts'
import { notFound } from '../http/api-error.ts'
import { parseRequest } from '../http/parse-request.ts'
import { type DeviceRow, listDevices } from '../sql/devices.ts'
import { insertStaff, listStaff } from '../sql/staff.ts'
import { requireGoodPin } from '../staff/change-staff.ts'
import { noteRights } from '../staff/note-rights.ts'
import { branchNamed } from './branch-named.ts'

const SALT_BYTES = 16

/** Staff and devices of a branch. */
export function registerAdminPeopleRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { db } = deps

  app.get('/api/v1/admin/staff', async (request) => {
    const query = parseRequest(branchNamedQuerySchema, request.query)
    const branch = await branchNamed(db, query.branch_code)
    const staff = await listStaff(db, branch.id)
    return { code: 200, data: staff.map(({ pin_hash: _secret, ...member }) => member) }
  })

  app.post('/api/v1/admin/staff', async (request) => {
    const { branch_code: branchCode, name, role, pin } = parseRequest(staffRequestSchema, request.body)
    const branch = await branchNamed(db, branchCode)
    requireGoodPin(pin, role)
    const pinHash = await hashPin(pin, deps.randomBytes(SALT_BYTES), deps.pinIterations)
    const created = await db.transaction((tx) => insertStaff(tx, { branchId: branch.id, name, role, pinHash }))
    noteRights(deps.security, { request, branchId: branch.id }, null, created)
    const { pin_hash: _secret, ...member } = created
    return { code: 200, data: member }
  })

  app.get('/api/v1/admin/device', async (request) => {
    const query = parseRequest(anyBranchQuerySchema, request.query)
    const branch = query.branch_code === undefined ? null : await branchNamed(db, query.branch_code)
    const devices = await listDevices(db, branch?.id ?? null)
    return { code: 200, data: devices.map(describeDevice) }
  })

  app.post('/api/v1/admin/device/:id/revoke', async (request) => {
    const { id } = parseRequest(deviceParamsSchema, request.params)
    const revoked = await shutDeviceOut(deps, id)
    if (!revoked) throw notFound('There is no device with this id')
    return { code: 200, data: { device_id: id, disconnected: revoked.broker === 'ended', broker: revoked.broker } }
  })
}

function describeDevice(device: DeviceRow) {
  return {
    device_id: device.id,
    device_name: device.name,
    branch_code: device.branchCode,
    created_at: device.createdAt,
    last_seen_at: device.lastSeenAt,
    revoked_at: device.revokedAt,
  }
}

import type { FastifyInstance } from 'fastify'
import {
  deviceNameSchema,
  OWNER_DEVICES_PATH,
  OWNER_PAIRING_PATH,
  type OwnerDevice,
  PAIRING_MINUTES,
} from '../../src/contract/owner-people.ts'
import { deviceParamsSchema } from '../../src/contract/queries.ts'
import type { RouteDeps } from '../app-deps.ts'
import { createPairingCode } from '../devices/create-pairing-code.ts'
import { shutDeviceOut } from '../devices/revoke-device.ts'
import { conflict, notFound } from '../http/api-error.ts'
import { parseRequest } from '../http/parse-request.ts'
import { type DeviceRow, findDevice, listDevices, renameDevice } from '../sql/devices.ts'
import type { StaffGuard } from '../staff/staff-guard.ts'

const MS_PER_MINUTE = 60_000

/** The tablets of the owner's branch: which there are, one more, one less. Behind the staff guard. */
export function registerOwnerDeviceRoutes(app: FastifyInstance, deps: RouteDeps, guard: StaffGuard): void {
  const { db } = deps

  /** Another branch's device is as good as none. */
  async function ownDevice(branchId: number, id: string): Promise<DeviceRow> {
    const device = await findDevice(db, id)
    if (device?.branchId !== branchId) throw notFound('This branch has no device with this id')
    return device
  }

  app.get(OWNER_DEVICES_PATH, async (request) => {
    const { device } = guard.staffOf(request)
    const devices = await listDevices(db, device.branchId)
    return { code: 200, data: devices.map((each) => describeDevice(each, device.id)) }
  })

  app.patch(`${OWNER_DEVICES_PATH}/:id`, async (request) => {
    const { id } = parseRequest(deviceParamsSchema, request.params)
    const { device_name: name } = parseRequest(deviceNameSchema, request.body)
    const { device } = guard.staffOf(request)
    if (!(await renameDevice(db, { branchId: device.branchId, id, name }))) {
      throw notFound('This branch has no device with this id')
    }
    return { code: 200, data: describeDevice(await ownDevice(device.branchId, id), device.id) }
  })

  app.post(`${OWNER_DEVICES_PATH}/:id/revoke`, async (request) => {
    const { id } = parseRequest(deviceParamsSchema, request.params)
    const { device, staff: owner } = guard.staffOf(request)
    if (id === device.id) throw conflict('A device cannot revoke itself: its unsent sales would be stuck on it')
    await ownDevice(device.branchId, id)
    const revoked = await shutDeviceOut(deps, id)
    if (!revoked) throw notFound('This branch has no device with this id')
    deps.lines('info', { device_id: id, by: owner.staffId }, 'device revoked by the owner')
    return { code: 200, data: { device_id: id, disconnected: revoked.broker === 'ended', broker: revoked.broker } }
  })

  app.post(OWNER_PAIRING_PATH, async (request) => {
    const { device, staff: owner } = guard.staffOf(request)
    const { code, link, expiresAt } = await createPairingCode(deps, device.branchId, PAIRING_MINUTES * MS_PER_MINUTE)
    const { id: deviceId, branchId } = device
    deps.security.note({ kind: 'pairing_code_made', branchId, deviceId, staffId: owner.staffId })
    return { code: 200, data: { pairing_code: code, link, expires_at: expiresAt } }
  })
}

function describeDevice(device: DeviceRow, askingDeviceId: string): OwnerDevice {
  return {
    device_id: device.id,
    device_name: device.name,
    created_at: device.createdAt,
    last_seen_at: device.lastSeenAt,
    revoked_at: device.revokedAt,
    is_this: device.id === askingDeviceId,
  }
}

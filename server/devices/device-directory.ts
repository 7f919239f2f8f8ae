import type { DeviceDirectory } from '../broker/access-control.ts'
import type { Queryable } from '../database.ts'
import { findDevice, signInAtBroker } from '../sql/devices.ts'
import { scopeOf } from './profile-of.ts'

/** What the broker's access control asks about devices, answered from the database at every call. */
export function createDeviceDirectory(db: Queryable, env: string): DeviceDirectory {
  return {
    async signIn(deviceId, passwordHash) {
      const device = await signInAtBroker(db, deviceId, passwordHash)
      return device && { deviceId: device.id, scope: scopeOf(device, env), isPasswordNew: device.isPasswordNew }
    },
    async findDeviceScope(deviceId) {
      const device = await findDevice(db, deviceId)
      return device && device.revokedAt === null ? scopeOf(device, env) : null
    },
    async isRevoked(deviceId) {
      const device = await findDevice(db, deviceId)
      return device !== null && device.revokedAt !== null
    },
  }
}

import type { DeviceDirectory } from '../../server/broker/access-control.ts'
import { hashToken } from '../../server/broker/policy.ts'
import type { BranchScope } from '../../src/contract/topics.ts'

export interface TestDevice {
  readonly deviceId: string
  readonly password: string
  readonly scope: BranchScope
}

/** The server's devices table as a map. */
export interface TestDirectory extends DeviceDirectory {
  add(device: TestDevice): void
  /** As a revocation leaves it. */
  remove(deviceId: string): void
  /** As a restored database leaves it, of before the device was enrolled. */
  forget(deviceId: string): void
}

export function createTestDirectory(): TestDirectory {
  const devices = new Map<string, TestDevice>()
  const revoked = new Set<string>()
  return {
    add: (device) => void devices.set(device.deviceId, device),
    remove(deviceId) {
      devices.delete(deviceId)
      revoked.add(deviceId)
    },
    forget: (deviceId) => void devices.delete(deviceId),
    async signIn(deviceId, passwordHash) {
      const device = devices.get(deviceId)
      if (device === undefined || hashToken(device.password) !== passwordHash) return null
      return { ...device, isPasswordNew: false }
    },
    async findDeviceScope(deviceId) {
      return devices.get(deviceId)?.scope ?? null
    },
    async isRevoked(deviceId) {
      return revoked.has(deviceId)
    },
  }
}

import type { DeviceDirectory } from '../../server/broker/access-control.ts'
import { hashToken } from '../../server/broker/policy.ts'
import type { BranchScope } from '../../src/contract/topics.ts'

export interface TestDevice {
  readonly deviceId: string
  readonly token: string
  readonly scope: BranchScope
}

/** The server's devices table as a map. */
export interface TestDirectory extends DeviceDirectory {
  add(device: TestDevice): void
  remove(deviceId: string): void
}

export function createTestDirectory(): TestDirectory {
  const devices = new Map<string, TestDevice>()
  return {
    add: (device) => void devices.set(device.deviceId, device),
    remove: (deviceId) => void devices.delete(deviceId),
    async findDevice(username, tokenHash) {
      const device = devices.get(username)
      return device !== undefined && hashToken(device.token) === tokenHash ? device : null
    },
    async findDeviceScope(deviceId) {
      return devices.get(deviceId)?.scope ?? null
    },
  }
}

import type { DeviceProfile } from '../../src/contract/device.ts'
import type { BranchScope } from '../../src/contract/topics.ts'
import type { Broker } from '../broker/broker.ts'
import type { DeviceRow } from '../sql/devices.ts'

/** Seconds (specification section 7). */
const KEEPALIVE_S = 60

export type ProfiledDevice = Pick<
  DeviceRow,
  'id' | 'name' | 'branchCode' | 'branchName' | 'merchantCode' | 'merchantName'
>

/** What a device is told about itself; the broker says where it is found from the origin that the device used. */
export function profileOf(device: ProfiledDevice, env: string, broker: Broker, requestOrigin: string): DeviceProfile {
  const { url, protocolVersion } = broker.endpoint(requestOrigin)
  return {
    device_id: device.id,
    device_name: device.name,
    merchant: { code: device.merchantCode, name: device.merchantName },
    branch: { code: device.branchCode, name: device.branchName },
    env,
    mqtt: { url, protocol_version: protocolVersion, username: device.id, keepalive: KEEPALIVE_S, own_password: true },
  }
}

export function scopeOf(device: ProfiledDevice, env: string): BranchScope {
  return { env, merchantCode: device.merchantCode, branchCode: device.branchCode }
}

import type { Enrollment } from '../../src/contract/device.ts'

/** What a server gives to a new device. */
export const ENROLLMENT: Enrollment = {
  device_id: 'DEV-1',
  device_secret_token: 'token',
  merchant: { code: 'MCH', name: 'Toko' },
  branch: { code: 'BRN', name: 'Cabang' },
  env: 'test',
  mqtt: { url: 'ws://shop/mqtt', protocol_version: 5, username: 'DEV-1', keepalive: 60 },
}

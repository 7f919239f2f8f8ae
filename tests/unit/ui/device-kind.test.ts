import { expect, it } from 'vitest'
import { deviceKind } from '../../../src/features/enrol/device-kind.ts'

const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15'
const TABLET = 'Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36'

it.each([
  [MAC, 5, 'deviceIpad'],
  [MAC, 0, 'deviceMac'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 5, 'deviceIphone'],
  [TABLET, 5, 'deviceAndroidTablet'],
  [TABLET.replace('Safari', 'Mobile Safari'), 5, 'deviceAndroidPhone'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 0, 'deviceWindows'],
  ['Mozilla/5.0 (X11; Linux x86_64)', 0, 'deviceLinux'],
  ['', 0, 'deviceOther'],
] as const)('a device names itself by its browser: %s', (userAgent, touchPoints, kind) => {
  expect(deviceKind(userAgent, touchPoints)).toBe(kind)
})

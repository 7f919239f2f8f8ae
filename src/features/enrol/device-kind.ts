/** What this device is, as far as its browser says: the default of the name that a person can change. */
export type DeviceKind =
  | 'deviceIpad'
  | 'deviceIphone'
  | 'deviceAndroidTablet'
  | 'deviceAndroidPhone'
  | 'deviceWindows'
  | 'deviceMac'
  | 'deviceLinux'
  | 'deviceOther'

export function deviceKind(userAgent: string, touchPoints: number): DeviceKind {
  if (/iPhone|iPod/.test(userAgent)) return 'deviceIphone'
  // An iPad calls itself a Mac, and no Mac has a touch screen.
  if (/iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) return 'deviceIpad'
  if (/Android/.test(userAgent)) return /Mobile/.test(userAgent) ? 'deviceAndroidPhone' : 'deviceAndroidTablet'
  if (/Windows/.test(userAgent)) return 'deviceWindows'
  if (/Macintosh/.test(userAgent)) return 'deviceMac'
  if (/Linux|X11|CrOS/.test(userAgent)) return 'deviceLinux'
  return 'deviceOther'
}

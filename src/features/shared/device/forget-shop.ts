/** Of this browser and who uses it, whichever shop it belongs to: how the app looks, speaks and prints, when it is next updated. */
export const KEPT_KEYS: ReadonlySet<string> = new Set([
  'mstore-theme',
  'mstore-language',
  'mstore-sell-layout',
  'mstore-printer',
  'mstore-update-later',
])
const PREFIX = 'mstore-'

/**
 * The device is no longer the shop's: what is kept beside the databases goes, of whichever screen and whichever device it was. Drafts
 * hold names, prices and counts. What is not known as kept goes.
 */
export function forgetShop(): void {
  for (const storage of [() => localStorage, () => sessionStorage]) {
    try {
      forgetIn(storage())
    } catch {
      // Blocked storage keeps nothing.
    }
  }
}

function forgetIn(storage: Storage): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
  for (const key of keys) if (key.startsWith(PREFIX) && !KEPT_KEYS.has(key)) storage.removeItem(key)
}

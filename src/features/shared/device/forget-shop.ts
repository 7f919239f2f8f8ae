/** Keys that belong to the browser and not to the shop: theme, language, printer, and when the next update is due. */
export const KEPT_KEYS: ReadonlySet<string> = new Set([
  'mstore-theme',
  'mstore-language',
  'mstore-sell-layout',
  'mstore-printer',
  'mstore-update-later',
])
const PREFIX = 'mstore-'

/**
 * Deletes the web storage of a device that no longer belongs to the shop: drafts hold names, prices and counts. Deletes every key
 * that is not in KEPT_KEYS, also those of other screens and earlier enrolments.
 */
export function forgetShop(): void {
  for (const storage of [() => localStorage, () => sessionStorage]) {
    try {
      forgetIn(storage())
    } catch {
      // Blocked storage holds nothing to delete.
    }
  }
}

function forgetIn(storage: Storage): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
  for (const key of keys) if (key.startsWith(PREFIX) && !KEPT_KEYS.has(key)) storage.removeItem(key)
}

/**
 * When somebody last did something in any tab of this device (client time, ms). In localStorage, because every touch would
 * be too many writes for the sales database with its strict durability; losing it costs a PIN.
 */
const STORAGE_KEY = 'mstore-activity'

/** Null: never, or storage is blocked. */
export function readActivity(): number | null {
  try {
    const stored = Number(localStorage.getItem(STORAGE_KEY))
    return Number.isFinite(stored) && stored > 0 ? stored : null
  } catch {
    return null
  }
}

export function markActivity(now: number): void {
  try {
    localStorage.setItem(STORAGE_KEY, String(now))
  } catch {
    // Then each tab counts for itself.
  }
}

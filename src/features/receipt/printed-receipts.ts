/**
 * Which receipts this device has printed, so that the next print says that it is a copy. Kept for as many as a shop hands out
 * in weeks; storage can be blocked, then for as long as the page is open.
 */
const STORAGE_KEY = 'mstore-printed'
const KEPT = 3000

export function readPrinted(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}

export function storePrinted(offlineId: string): void {
  try {
    const others = readPrinted().filter((id) => id !== offlineId)
    localStorage.setItem(STORAGE_KEY, JSON.stringify([...others, offlineId].slice(-KEPT)))
  } catch {
    // Printed all the same.
  }
}

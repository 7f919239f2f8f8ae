import { keepJson, readKeptJson } from '../../ui/kept.ts'

/** Which receipts this device has printed, so that the next print says that it is a copy: as many as a shop hands out in weeks. */
const STORAGE_KEY = 'mstore-printed'
const KEPT = 3000

export function readPrinted(): readonly string[] {
  const stored = readKeptJson(STORAGE_KEY)
  return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []
}

export function storePrinted(offlineId: string): void {
  const others = readPrinted().filter((id) => id !== offlineId)
  keepJson(STORAGE_KEY, [...others, offlineId].slice(-KEPT))
}

import { keep, readKept } from '../../ui/kept.ts'

/**
 * When somebody last did something in any tab of this device (client time, ms). Beside the databases, because every touch would
 * be too many writes for the sales database with its strict durability; losing it costs a PIN.
 */
const STORAGE_KEY = 'mstore-activity'

/** Null: never, or storage is blocked. Then each tab counts for itself. */
export function readActivity(): number | null {
  const stored = Number(readKept(STORAGE_KEY))
  return Number.isFinite(stored) && stored > 0 ? stored : null
}

export function markActivity(now: number): void {
  keep(STORAGE_KEY, String(now))
}

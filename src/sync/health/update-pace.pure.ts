/**
 * When the log of applied updates is written: soon where nothing came for a while, so that little is lost with a page that is closed, and
 * together where much comes. What waits is bounded, and what the disk refuses is tried with growing pauses.
 */

/** After the first line that waits, ms. */
export const SOON_MS = 500
/** Between two writes, ms; after a refused one it doubles up to the longest. */
export const WRITE_EVERY_MS = 3_000
export const LONGEST_PAUSE_MS = 60_000
/** So many lines are written without waiting for company. */
export const FULL = 1_000

/**
 * How long the next write still waits, ms.
 * @param sinceLastMs since the last write began, ms of the steady clock; null: there was none in this life
 * @param failures refused writes in a row
 */
export function waitBeforeLog({
  waiting,
  sinceLastMs,
  failures,
}: {
  readonly waiting: number
  readonly sinceLastMs: number | null
  readonly failures: number
}): number {
  if (failures > 0) return Math.max(0, Math.min(WRITE_EVERY_MS * 2 ** failures, LONGEST_PAUSE_MS) - (sinceLastMs ?? 0))
  if (waiting >= FULL) return 0
  return Math.max(SOON_MS, WRITE_EVERY_MS - (sinceLastMs ?? WRITE_EVERY_MS))
}

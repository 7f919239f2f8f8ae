/**
 * When what has been received is written (rule C7). A transaction costs about the same whether it stores one row or a hundred, so writes
 * keep a distance and what arrives between two of them goes into the next one: nobody waits for it, because rows on the screen show
 * received stock before it is stored (rule V2).
 */

/** No received event waits longer than this for company, ms. */
export const LONGEST_WAIT_MS = 100
/** So many events are company enough. */
export const FULL_BATCH = 100

/**
 * How long the next write still waits, ms. Zero: write now.
 * @param waiting events that wait
 * @param sinceLastMs since the last write began, ms of the steady clock; null: there was none in this life
 * @param isSeen whether timers run on time: those of a hidden page run up to a minute late
 */
export function waitBeforeWrite({
  waiting,
  sinceLastMs,
  isSeen,
}: {
  readonly waiting: number
  readonly sinceLastMs: number | null
  readonly isSeen: boolean
}): number {
  if (!isSeen || sinceLastMs === null || waiting >= FULL_BATCH) return 0
  return Math.max(0, LONGEST_WAIT_MS - sinceLastMs)
}

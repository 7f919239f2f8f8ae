/**
 * Stored moments that are compared with *now*. Somebody sets a tablet's clock back by hours or forward by days, and a stored moment
 * then says nothing. So whatever is measured within one life of a page or worker is measured by its steady clock, which only goes
 * forward; and what another life has stored holds for no longer than it was meant to.
 *
 * Pure. All in ms, of whichever clock the caller compares by.
 */

/**
 * What is left of a wait that was to end at `until`. A moment farther off than the wait may be long is of a clock that was set back:
 * it is over.
 */
export function waitLeft(until: number, longestMs: number, now: number): number {
  const left = until - now
  return left > longestMs ? 0 : Math.max(0, left)
}

/** True while what happened at `since` is younger than `forMs`. A moment to come is of a clock that was set back: it is old. */
export function isYoung(since: number, forMs: number, now: number): boolean {
  return now >= since && now - since < forMs
}

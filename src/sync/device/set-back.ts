import type { ClockLike } from '../ports.ts'

/** Smaller differences are those of two clocks that are read one after the other, and of a clock that a network puts right. ms */
const TOLERANCE_MS = 1000

/**
 * Tells, once each time, that somebody has set the wall clock back since the last look: an age by it is too young then. A device
 * that slept looks like a clock set forward, which makes nothing too young.
 */
export function watchSetBack({ now, steady }: ClockLike): () => boolean {
  let ahead = now() - steady()
  return () => {
    const before = ahead
    ahead = now() - steady()
    return ahead < before - TOLERANCE_MS
  }
}

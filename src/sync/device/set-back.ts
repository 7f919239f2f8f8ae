import type { ClockLike } from '../ports.ts'

/** Ignore smaller differences, ms: the two clocks are read one after the other, and the network corrects the wall clock. */
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

/** Longest wait before the next attempt, ms, while somebody looks at the screen and a network is there (rule C5). */
const CAP_ATTENTIVE_MS = 2000
const CAP_IDLE_MS = 30_000
const BASE_MS = 250
/** Never at once: an attempt that fails in the same moment would otherwise be repeated without end and without a pause. */
const FLOOR_MS = 20

/**
 * Wait before attempt `attempt` (0 is the first retry), with full jitter: anything from a short floor to a cap that doubles, so
 * that a branch full of counters does not come back in step.
 */
export function backoffMs(attempt: number, attentive: boolean, random: () => number): number {
  const cap = attentive ? CAP_ATTENTIVE_MS : CAP_IDLE_MS
  const ceiling = Math.min(cap, BASE_MS * 2 ** Math.min(attempt, 16))
  return FLOOR_MS + Math.floor(random() * (ceiling - FLOOR_MS))
}

const BASE_MS = 50
const MAX_MS = 2_000

/**
 * How long to wait before attempt number `attempt` (0 is the first try again), in ms: exponential with full jitter, at most 2 s.
 * `random` lies in [0, 1). Many servers that lost the same broker come back spread out.
 */
export function reconnectDelay(attempt: number, random: number): number {
  return Math.floor(random * Math.min(MAX_MS, BASE_MS * 2 ** Math.min(attempt, 16)))
}

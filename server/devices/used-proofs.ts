/** As long as a proof's nonce is taken, ms; the first proof of a minute is the oldest. */
const KEPT_MS = 7 * 60_000
/** Far above what a server's devices send in that time. */
const MAX_KEPT = 100_000

/**
 * Remembers proofs, so that one that was read on the way is no use a second time (RFC 9449 section 11.1). In this process only: with
 * several servers a proof is good once at each. Bounded: beyond the limit the oldest are forgotten.
 */
export function createUsedProofs(clock: () => number, limit = MAX_KEPT): (proofId: string) => boolean {
  const seen = new Map<string, number>()
  return (proofId) => {
    const now = clock()
    for (const [id, at] of seen) {
      if (Math.abs(now - at) < KEPT_MS && seen.size < limit) break
      seen.delete(id)
    }
    if (seen.has(proofId)) return false
    seen.set(proofId, now)
    return true
  }
}

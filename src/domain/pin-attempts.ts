/**
 * Wrong PINs make a person wait, longer each time: a PIN has few digits. Counted for each member of staff, so that one's own
 * right PIN between two guesses at a supervisor's forgives nothing.
 *
 *     0 … 4 wrong: free ──fifth──► wait 30 s ──next──► wait 1 min ──► 2 ──► 4 ──► 8 ──► 15 min ──► 15 min …
 *     any state ──right PIN──► 0 wrong
 */
export interface PinAttempts {
  /** In a row. */
  readonly wrong: number
  /** Client time, ms; 0: no wait. */
  readonly wait_until: number
}

export const NO_ATTEMPTS: PinAttempts = { wrong: 0, wait_until: 0 }
/** So many wrong ones, and there is a wait. */
export const FREE_ATTEMPTS = 5
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 15 * 60_000

/** One more wrong PIN at `now` (client time, ms). */
export function countWrong({ wrong }: PinAttempts, now: number): PinAttempts {
  const counted = wrong + 1
  const wait = waitAfter(counted)
  return { wrong: counted, wait_until: wait === 0 ? 0 : now + wait }
}

/** ms until a PIN is taken again. Never more than was imposed, even when the clock has been set back. */
export function waitLeft({ wrong, wait_until: until }: PinAttempts, now: number): number {
  return Math.min(Math.max(0, until - now), waitAfter(wrong))
}

/** Tries that are left before there is a wait. */
export function triesLeft({ wrong }: PinAttempts): number {
  return Math.max(0, FREE_ATTEMPTS - wrong)
}

function waitAfter(wrong: number): number {
  if (wrong < FREE_ATTEMPTS) return 0
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(wrong - FREE_ATTEMPTS, 16), LONGEST_WAIT_MS)
}

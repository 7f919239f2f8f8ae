/**
 * Wrong PINs make a person wait, longer each time: a PIN has few digits. Counted for each member of staff, so that one's own
 * right PIN between two guesses at a supervisor's forgives nothing.
 *
 *     0 … 4 wrong: free ──fifth──► wait 30 s ──next──► wait 1 min ──► 2 ──► 4 ──► 8 ──► 15 min ──► 15 min …
 *     any state ──right PIN──► 0 wrong
 *
 * A wait outlives a reload, and a clock can be set. The page that imposed a wait, or has taken it over, measures it by its steady
 * clock: setting the other one forward wins nothing there. Another page can only go by the wall clock; where that is behind what was
 * seen before, it was set back, and the wait goes on with what was left.
 */
export interface PinAttempts {
  /** In a row. */
  readonly wrong: number
  /** Wall clock, ms; 0: no wait. */
  readonly wait_until: number
  /** When `wait_until` was written, wall clock, ms. Missing: by an older version. */
  readonly seen_at?: number
  /** The page that measures the wait, and its end by that page's steady clock, ms. */
  readonly life?: number
  readonly steady_until?: number
}

/** `wall` and `steady` in ms; `life` names the page whose steady clock that is. */
export interface PinClock {
  readonly wall: number
  readonly steady: number
  readonly life: number
}

export const NO_ATTEMPTS: PinAttempts = { wrong: 0, wait_until: 0 }
/** So many wrong ones, and there is a wait. */
export const FREE_ATTEMPTS = 5
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 15 * 60_000
/** By so much two clocks may differ without one having been set, ms. */
const TOLERANCE_MS = 2_000

/** One more wrong PIN. */
export function countWrong({ wrong }: PinAttempts, clock: PinClock): PinAttempts {
  const counted = wrong + 1
  const wait = waitAfter(counted)
  return wait === 0 ? { wrong: counted, wait_until: 0 } : waiting(counted, wait, clock)
}

/** ms until a PIN is taken again. Never more than was imposed. */
export function pinWaitLeft(attempts: PinAttempts, { wall, steady, life }: PinClock): number {
  const { wrong, wait_until: until, seen_at: seenAt = wall, steady_until: steadyUntil } = attempts
  const isOwn = attempts.life === life && steadyUntil !== undefined
  const left = isOwn ? steadyUntil - steady : until - Math.max(wall, seenAt)
  return Math.min(Math.max(0, left), waitAfter(wrong))
}

/**
 * The wait as it is to be stored, when what is stored would tell the next page something else than what is left; null: it is right.
 * @param isNew this page has only just looked: it measures from now on
 */
export function keepWait(attempts: PinAttempts, clock: PinClock, isNew: boolean): PinAttempts | null {
  const left = pinWaitLeft(attempts, clock)
  if (left === 0) return null
  const isOwn = attempts.life === clock.life
  const isSet = isOwn
    ? Math.abs(clock.wall + left - attempts.wait_until) > TOLERANCE_MS
    : clock.wall < (attempts.seen_at ?? clock.wall)
  return isSet || (isNew && !isOwn) ? waiting(attempts.wrong, left, clock) : null
}

/** Tries that are left before there is a wait. */
export function triesLeft({ wrong }: PinAttempts): number {
  return Math.max(0, FREE_ATTEMPTS - wrong)
}

function waiting(wrong: number, left: number, { wall, steady, life }: PinClock): PinAttempts {
  return { wrong, wait_until: wall + left, seen_at: wall, life, steady_until: steady + left }
}

function waitAfter(wrong: number): number {
  if (wrong < FREE_ATTEMPTS) return 0
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(wrong - FREE_ATTEMPTS, 16), LONGEST_WAIT_MS)
}

/**
 * Wrong secrets from one address make that address wait, longer each time. Decides without I/O; the clock is passed in.
 *
 *     0 … 9 wrong: free ──tenth──► 30 s ──next──► 1 min ──► 2 ──► 4 ──► 8 ──► 15 min ──► 15 min …
 *     an hour without a wrong one ──► 0 wrong
 */
export interface GuessLimit {
  /** ms until a secret from this address is looked at again; 0: now. */
  waitLeft(address: string): number
  /** One more wrong secret. Counted before anything is awaited, so that a thousand at the same time are a thousand. */
  countWrong(address: string): void
  /** The secret was right after all, or of another kind: takes the last count back. */
  takeBack(address: string): void
}

const FREE = 10
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 15 * 60_000
const FORGET_AFTER_MS = 60 * 60_000
/** Addresses that are remembered; the one that was quiet the longest is forgotten first. */
const MOST_ADDRESSES = 10_000

interface Guesses {
  readonly wrong: number
  readonly at: number
}

/** @param clock ms; a step of it never makes anybody wait longer than the longest wait */
export function createGuessLimit(clock: () => number): GuessLimit {
  const byAddress = new Map<string, Guesses>()

  function guessesOf(address: string): Guesses | null {
    const guesses = byAddress.get(address)
    if (!guesses) return null
    if (Math.abs(clock() - guesses.at) <= FORGET_AFTER_MS) return guesses
    byAddress.delete(address)
    return null
  }

  function remember(address: string, guesses: Guesses): void {
    byAddress.delete(address)
    byAddress.set(address, guesses)
    if (byAddress.size <= MOST_ADDRESSES) return
    const [quietest] = byAddress.keys()
    if (quietest !== undefined) byAddress.delete(quietest)
  }

  return {
    waitLeft(address) {
      const guesses = guessesOf(address)
      if (!guesses) return 0
      const imposed = waitAfter(guesses.wrong)
      return Math.min(Math.max(0, guesses.at + imposed - clock()), imposed)
    },
    countWrong(address) {
      remember(address, { wrong: (guessesOf(address)?.wrong ?? 0) + 1, at: clock() })
    },
    takeBack(address) {
      const guesses = guessesOf(address)
      if (!guesses) return
      if (guesses.wrong <= 1) byAddress.delete(address)
      else byAddress.set(address, { ...guesses, wrong: guesses.wrong - 1 })
    },
  }
}

/** ms. */
function waitAfter(wrong: number): number {
  if (wrong < FREE) return 0
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(wrong - FREE, 16), LONGEST_WAIT_MS)
}

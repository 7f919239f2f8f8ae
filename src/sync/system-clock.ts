import type { ClockLike } from './ports.ts'
import { steadyNow } from './steady-now.ts'

/** The clock of this page or worker. */
export const systemClock: ClockLike = {
  now: () => Date.now(),
  steady: steadyNow,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

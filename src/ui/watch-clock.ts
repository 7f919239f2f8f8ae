import { isPageVisible, onPage } from './page-life.ts'

/** A machine that sleeps runs no timer, and wakes in the middle of a long one: so the clock is looked at this often, ms. */
const LOOK_MS = 5_000
/** Timers are not exact: a little early is in time. ms. */
const TOLERANCE_MS = 250

/**
 * Calls back when `everyMs` have passed by this device's clock, when that was set back, and whenever the page may have slept.
 * Returns the way to stop.
 */
export function watchClock(everyMs: number, onTime: () => void): () => void {
  let told = Date.now()
  const tell = () => {
    told = Date.now()
    onTime()
  }
  const look = () => {
    const passed = Date.now() - told
    if (passed < 0 || passed >= everyMs - TOLERANCE_MS) tell()
  }
  const wake = () => {
    if (isPageVisible()) tell()
  }
  const timer = setInterval(look, Math.min(everyMs, LOOK_MS))
  const stop = onPage(['shown', 'resumed', 'restored', 'loaded', 'focused'], wake)
  return () => {
    clearInterval(timer)
    stop()
  }
}

import { isPageVisible, onPage } from './page-life.ts'

/** Timers stop while a machine sleeps, so read the clock this often instead of using one long timer, ms. */
const LOOK_MS = 5_000
/** Timers are inexact: up to this early counts as on time, ms. */
const TOLERANCE_MS = 250

/**
 * Calls back when `everyMs` have passed by this device's clock, when that clock was set back, and when the page may have slept.
 * Returns the function that stops it.
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

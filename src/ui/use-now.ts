import { useEffect, useState } from 'preact/compat'
import { watchClock } from './watch-clock.ts'

/** This device's clock, re-read every `everyMs` and after sleep. Use it in leaf components only: each reading renders again. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  // An effect, because the clock is an external source.
  useEffect(() => watchClock(everyMs, () => setNow(Date.now())), [everyMs])
  return now
}

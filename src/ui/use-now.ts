import { useEffect, useState } from 'preact/compat'
import { watchClock } from './watch-clock.ts'

/** This device's clock, re-read every `everyMs` and on waking: only for a leaf that shows a time, because it paints that leaf again. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  // A clock lives outside React.
  useEffect(() => watchClock(everyMs, () => setNow(Date.now())), [everyMs])
  return now
}

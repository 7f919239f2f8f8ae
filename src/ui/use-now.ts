import { useEffect, useState } from 'react'

/** This device's clock, re-read every `everyMs`: only for a leaf that shows a time, because it paints that leaf again. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  // A clock lives outside React.
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

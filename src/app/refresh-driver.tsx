import { useEffect } from 'react'
import { useRefresh } from '../features/use-refresh.ts'

/**
 * Keeps the refresh going while a page is open (rule R1): on start, by the timer, on return to the foreground and when the network
 * is back.
 */
export function RefreshDriver() {
  const { refetch } = useRefresh()
  // TanStack Query hears `visibilitychange`, and `online` when it has heard `offline` before: not in a page that was opened offline.
  // One that was frozen or kept for the way back hears the others.
  useEffect(() => {
    const ask = () => void refetch({ cancelRefetch: false })
    const onPageShow = ({ persisted }: PageTransitionEvent) => {
      if (persisted) ask()
    }
    document.addEventListener('resume', ask)
    window.addEventListener('online', ask)
    window.addEventListener('pageshow', onPageShow)
    return () => {
      document.removeEventListener('resume', ask)
      window.removeEventListener('online', ask)
      window.removeEventListener('pageshow', onPageShow)
    }
  }, [refetch])
  return null
}

import { useEffect } from 'react'
import { useRefresh } from '../features/use-refresh.ts'

/**
 * Keeps the refresh going while a page is open (rule R1): on start, by the timer, on return to the foreground and when the network
 * is back.
 */
export function RefreshDriver() {
  const { refetch } = useRefresh()
  // TanStack Query hears `visibilitychange` and `online`; a page that was frozen or kept for the way back hears these as well.
  useEffect(() => {
    const ask = () => void refetch({ cancelRefetch: false })
    const onPageShow = ({ persisted }: PageTransitionEvent) => {
      if (persisted) ask()
    }
    document.addEventListener('resume', ask)
    window.addEventListener('pageshow', onPageShow)
    return () => {
      document.removeEventListener('resume', ask)
      window.removeEventListener('pageshow', onPageShow)
    }
  }, [refetch])
  return null
}

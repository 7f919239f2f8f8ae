import { useEffect } from 'preact/compat'
import { onThaw } from '../features/shared/device/on-thaw.ts'
import { useRefresh } from '../features/shared/device/use-refresh.ts'

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
    const stopThawing = onThaw(ask)
    window.addEventListener('online', ask)
    return () => {
      stopThawing()
      window.removeEventListener('online', ask)
    }
  }, [refetch])
  return null
}

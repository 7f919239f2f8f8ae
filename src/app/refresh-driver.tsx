import { useEffect } from 'preact/compat'
import { useRefresh } from '../features/shared/device/use-refresh.ts'
import { onPage } from '../ui/page-life.ts'

/**
 * Keeps the refresh going while a page is open (rule R1): on start, by the timer, on return to the foreground and when the network
 * is back.
 */
export function RefreshDriver() {
  const { refetch } = useRefresh()
  // TanStack Query refetches on `visibilitychange`, but on `online` only after it has seen `offline`: not in a page opened offline.
  // Also refetch after a freeze or the back/forward cache, which it does not watch.
  useEffect(() => onPage(['resumed', 'restored', 'online'], () => void refetch({ cancelRefetch: false })), [refetch])
  return null
}

import { useEffect } from 'preact/compat'
import { useRefresh } from '../features/shared/device/use-refresh.ts'
import { onPage } from '../ui/page-life.ts'

/**
 * Keeps the refresh going while a page is open (rule R1): on start, by the timer, on return to the foreground and when the network
 * is back.
 */
export function RefreshDriver() {
  const { refetch } = useRefresh()
  // TanStack Query hears `visibilitychange`, and `online` when it has heard `offline` before: not in a page that was opened offline.
  // So a page that was frozen or in the back/forward cache asks by itself.
  useEffect(() => onPage(['resumed', 'restored', 'online'], () => void refetch({ cancelRefetch: false })), [refetch])
  return null
}

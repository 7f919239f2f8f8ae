import { useQuery } from '@tanstack/react-query'
import { useServices } from '../features/services.ts'

const REFRESH_EVERY_MS = 5 * 60_000

/**
 * Asks for a full refresh on start, every 5 minutes, on return to the foreground and when the network is back (rule R1).
 * Whether one is due is decided where it runs: by the age of the last one on this device, whichever tab asked (rule R2).
 */
export function RefreshDriver() {
  const { refresh } = useServices()
  useQuery({
    queryKey: ['refresh'],
    queryFn: () => refresh(),
    refetchInterval: REFRESH_EVERY_MS,
    refetchIntervalInBackground: true,
    refetchOnWindowFocus: 'always',
    refetchOnReconnect: 'always',
  })
  return null
}

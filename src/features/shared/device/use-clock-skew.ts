import { useServices } from '../services.ts'
import { useObservable } from '../use-observable.ts'

/**
 * What makes a time of this device's clock the server's, ms: every age on the screen is told by the server's (rule D3). In whole
 * seconds, so that a heartbeat does not paint it again.
 */
export function useClockSkew(): number {
  const { status } = useServices()
  return useObservable(status, ({ clockSkewMs }) => Math.round(clockSkewMs / 1000) * 1000)
}

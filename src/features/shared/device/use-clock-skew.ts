import { useServices } from '../services.ts'
import { useObservable } from '../use-observable.ts'

/**
 * Add this to a time of this device's clock to get the server's, ms: every age on the screen uses server time (rule D3). Rounded to
 * whole seconds, so that a heartbeat causes no render.
 */
export function useClockSkew(): number {
  const { status } = useServices()
  return useObservable(status, ({ clockSkewMs }) => Math.round(clockSkewMs / 1000) * 1000)
}

/**
 * A clock that only goes forward, whoever sets the device's: ms since 1970 UTC as the device's clock had it when this page or worker
 * began. It may stand still while the device sleeps. For waits and ages within one life; what is told to people and to the server is
 * the wall clock's.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}

/**
 * A clock that only goes forward, whoever sets the device's: ms since 1970 UTC as the device's clock had it when this page or worker
 * began. It may stand still while the device sleeps. Use it for waits and ages within one life of a page; tell people and the
 * server the wall clock's time.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}

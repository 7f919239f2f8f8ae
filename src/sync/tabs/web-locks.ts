import type { LockManagerLike } from '../ports.ts'

/**
 * The browser's locks, for page and service worker alike. A page that the system froze in the middle of its work keeps its lock:
 * after `stealAfterMs` of waiting the lock is taken from it. Its request then rejects with AbortError; what it still does when it thaws
 * runs beside the new holder's work, so only work that bears this may ask for it.
 */
export function createWebLocks(locks: LockManager): LockManagerLike {
  return {
    async request(name, { ifAvailable = false, stealAfterMs }, work) {
      const run = async (lock: Lock | null) => (lock === null ? undefined : await work())
      if (ifAvailable || stealAfterMs === undefined) return await locks.request(name, { ifAvailable }, run)
      const patience = new AbortController()
      const timer = setTimeout(() => patience.abort(), stealAfterMs)
      let isGranted = false
      try {
        return await locks.request(name, { signal: patience.signal }, async (lock) => {
          isGranted = true
          clearTimeout(timer)
          return await run(lock)
        })
      } catch (error) {
        if (isGranted || !patience.signal.aborted) throw error
        return await locks.request(name, { steal: true }, run)
      }
    },
  }
}

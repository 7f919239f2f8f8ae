/** Web Locks as flags that all tabs of the device can see, and that the browser releases when a tab crashes. */

/** WebKit releases the locks of a page in the back/forward cache. Request them again this long after its timers resume, ms. */
const ASK_AGAIN_MS = 250

/** This tab's flag of one name; several tabs may hold it at once. */
export interface SharedHold {
  set(isHeld: boolean): void
}

export function createSharedHold(locks: LockManager, name: string): SharedHold {
  let isWanted = false
  let release: (() => void) | null = null
  let isAsking = false

  async function ask(): Promise<void> {
    isAsking = true
    try {
      await locks.request(name, { mode: 'shared' }, async () => {
        if (!isWanted) return
        await new Promise<void>((resolve) => {
          release = resolve
        })
      })
    } catch {
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    }
    release = null
    isAsking = false
    // It was set again while the lock was being released.
    if (isWanted) await ask()
  }

  return {
    set(isHeld) {
      isWanted = isHeld
      if (!isHeld) release?.()
      else if (!isAsking) void ask()
    },
  }
}

/** Runs `work` if no tab holds any of these flags, and keeps them free meanwhile. Resolves to false if one is held. */
export async function whileNobodyHolds(
  locks: LockManager,
  names: readonly string[],
  work: () => Promise<void>,
): Promise<boolean> {
  const [name, ...others] = names
  if (name === undefined) {
    await work()
    return true
  }
  return await locks.request(name, { ifAvailable: true }, async (lock) =>
    lock === null ? false : await whileNobodyHolds(locks, others, work),
  )
}

/** Web Locks as a sign that all tabs of the device can see, and that the browser takes down when a tab crashes. */

/** WebKit takes the locks of a page that it puts into the back/forward cache. The page asks for them again once its timers run. ms */
const ASK_AGAIN_MS = 250

/** This tab's sign of one name; several tabs may show it at once. */
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
    // Wanted again while it was being given back.
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

/** Runs `work` while no tab shows any of these signs; false when one does. */
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

import type { ClockLike } from './ports.ts'

/** Named timers: setting one again replaces it. */
export function createTimers(clock: ClockLike) {
  const cancels = new Map<string, () => void>()
  const clear = (name: string) => {
    cancels.get(name)?.()
    cancels.delete(name)
  }
  return {
    has: (name: string) => cancels.has(name),
    clear,
    clearAll: () => [...cancels.keys()].forEach(clear),
    set(name: string, delayMs: number, callback: () => void): void {
      clear(name)
      cancels.set(
        name,
        clock.after(delayMs, () => {
          cancels.delete(name)
          callback()
        }),
      )
    },
  }
}

/** What `work` comes to, or `late` when it takes longer than this. It goes on all the same. Rejects as it does within the time. */
export async function within<T>(clock: Pick<ClockLike, 'after'>, ms: number, work: Promise<T>): Promise<T | 'late'> {
  let cancel = () => {}
  const late = new Promise<'late'>((resolve) => {
    cancel = clock.after(ms, () => resolve('late'))
  })
  return await Promise.race([work, late]).finally(() => cancel())
}

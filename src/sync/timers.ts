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

/** Waits for `work` for at most `ms`; then resolves to `late`, and the work goes on unheeded. Rejects when the work rejects in time. */
export async function within<T>(clock: Pick<ClockLike, 'after'>, ms: number, work: Promise<T>): Promise<T | 'late'> {
  let cancel = () => {}
  const late = new Promise<'late'>((resolve) => {
    cancel = clock.after(ms, () => resolve('late'))
  })
  return await Promise.race([work, late]).finally(() => cancel())
}

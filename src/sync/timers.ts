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

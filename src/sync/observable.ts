import type { Observable } from './sync-status.ts'

/** A set of listeners. `add` returns a function that removes the listener again. */
export function createListeners<Told extends readonly unknown[] = []>() {
  const listeners = new Set<(...told: Told) => void>()
  return {
    add(listener: (...told: Told) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Calls the listeners that are there now; adding or removing some meanwhile does not change this round. */
    tell(...told: Told): void {
      for (const listener of [...listeners]) listener(...told)
    },
  }
}

/** A value with subscribers; `set` with an equal value tells nobody. */
export function createObservable<T>(initial: T, isEqual: (a: T, b: T) => boolean = Object.is) {
  let value = initial
  const listeners = createListeners()
  return {
    get: () => value,
    set(next: T): void {
      if (isEqual(value, next)) return
      value = next
      listeners.tell()
    },
    subscribe: listeners.add,
  } satisfies Observable<T> & { set(next: T): void }
}

/** Equal when every field is: for flat status objects. */
export function isShallowEqual<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[]
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]))
}

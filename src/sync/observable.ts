import type { Observable } from './sync-status.ts'

/** Whoever wants to hear of something. `add` returns the way to stop. */
export function createListeners<Told extends readonly unknown[] = []>() {
  const listeners = new Set<(...told: Told) => void>()
  return {
    add(listener: (...told: Told) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Who is added or stops meanwhile changes nothing. */
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

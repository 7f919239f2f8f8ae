import type { Observable } from './sync-status.ts'

/** A value with subscribers; `set` with an equal value tells nobody. */
export function createObservable<T>(initial: T, isEqual: (a: T, b: T) => boolean = Object.is) {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next: T): void {
      if (isEqual(value, next)) return
      value = next
      for (const listener of [...listeners]) listener()
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  } satisfies Observable<T> & { set(next: T): void }
}

/** Equal when every field is: for flat status objects. */
export function isShallowEqual<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[]
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]))
}

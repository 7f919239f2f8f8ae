import { useCallback, useEffect, useState, useSyncExternalStore } from 'preact/compat'
import type { Observable } from '../../sync/sync-status.ts'

/**
 * One value selected from an observable. Renders again only when that value changes, so `select` must return a primitive or an
 * object that the observable itself holds.
 */
export function useObservable<T, S>(observable: Observable<T>, select: (value: T) => S): S {
  const subscribe = useCallback((listener: () => void) => observable.subscribe(listener), [observable])
  return useSyncExternalStore(subscribe, () => select(observable.get()))
}

/** The whole value, updated at most once every `everyMs`: for figures that may change a hundred times a second. */
export function useSampled<T>(observable: Observable<T>, everyMs: number): T {
  const [value, setValue] = useState(() => observable.get())
  // The first change starts a timer; when it fires, the latest value is shown.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const show = () => {
      timer = undefined
      setValue(() => observable.get())
    }
    const unsubscribe = observable.subscribe(() => {
      timer ??= setTimeout(show, everyMs)
    })
    show()
    return () => {
      unsubscribe()
      clearTimeout(timer)
    }
  }, [observable, everyMs])
  return value
}

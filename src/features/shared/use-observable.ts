import { useCallback, useEffect, useState, useSyncExternalStore } from 'preact/compat'
import type { Observable } from '../../sync/sync-status.ts'

/**
 * One fact out of an observable. Paints again only when that fact changes, so `select` has to return a plain value or an
 * object that the observable itself keeps.
 */
export function useObservable<T, S>(observable: Observable<T>, select: (value: T) => S): S {
  const subscribe = useCallback((listener: () => void) => observable.subscribe(listener), [observable])
  return useSyncExternalStore(subscribe, () => select(observable.get()))
}

/** The whole value, at most once every `everyMs`: for a page of figures that may change a hundred times a second. */
export function useSampled<T>(observable: Observable<T>, everyMs: number): T {
  const [value, setValue] = useState(() => observable.get())
  // A change starts the one timer that shows it and all that follow meanwhile.
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

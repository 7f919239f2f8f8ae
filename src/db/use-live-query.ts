import { useObservable } from 'dexie-react-hooks'
import type { LastingDb } from './lasting-db.ts'
import { liveQuery } from './live-query.ts'

/** The query's result, live; undefined until there is one. Begins anew when one of `deps` changes. */
export function useLiveQuery<T>(db: LastingDb, querier: () => T | PromiseLike<T>, deps: unknown[]): T | undefined {
  return useObservable(() => ({ ...liveQuery([db], querier), hasValue: () => false }), deps)
}

/**
 * Live queries that outlast the connection: Dexie's end, or fall silent, with the connection that they read by; these read again
 * on the new one, and show once more what is stored.
 */
import { liveQuery as dexieLiveQuery, type Subscription } from 'dexie'
import { useObservable } from 'dexie-react-hooks'
import type { LastingDb } from './lasting-db.ts'
import { isConnectionLost } from './storage-error.ts'

interface LiveQuery<T> {
  subscribe(onNext: (value: T) => void, onError?: (error: unknown) => void): { unsubscribe(): void }
}

/** A query that fails on new connections too has another fault. */
const MAX_LOSSES_IN_A_ROW = 3

/** @param dbs every database that `querier` reads */
export function liveQuery<T>(dbs: readonly LastingDb[], querier: () => T | PromiseLike<T>): LiveQuery<T> {
  return {
    subscribe(onNext, onError) {
      let current: Subscription | null = null
      let losses = 0
      const isLoss = (error: unknown) => isConnectionLost(error) && losses < MAX_LOSSES_IN_A_ROW
      const read = async (): Promise<T> => {
        const used = dbs.map((db) => ({ db, connection: db.backendDB() }))
        try {
          return await querier()
        } catch (error) {
          if (isLoss(error)) for (const { db, connection } of used) db.reopenQuietly(connection, error)
          throw error
        }
      }
      const begin = () => {
        current?.unsubscribe()
        current = dexieLiveQuery(read).subscribe({
          next(value) {
            losses = 0
            onNext(value)
          },
          error(error: unknown) {
            if (isLoss(error)) losses += 1
            else onError?.(error)
          },
        })
      }
      const stops = dbs.map((db) => db.onConnection(({ type }) => type === 'reopened' && begin()))
      begin()
      return {
        unsubscribe() {
          for (const stop of stops) stop()
          current?.unsubscribe()
        },
      }
    },
  }
}

/** The query's result, live; undefined until there is one. Begins anew when one of `deps` changes. */
export function useLiveQuery<T>(db: LastingDb, querier: () => T | PromiseLike<T>, deps: unknown[]): T | undefined {
  return useObservable(() => ({ ...liveQuery([db], querier), hasValue: () => false }), deps)
}

/**
 * Live queries that last for days. Dexie's end, or fall silent, with the connection that they read by; these read again on the new
 * one, and show once more what is stored. And Dexie's keep every key that was written anywhere since they last read, 200 bytes each
 * (a page that shows fifteen: 300 MB in 100,000 changes); these read again before that is much.
 */
import { Dexie, liveQuery as dexieLiveQuery, type ObservabilitySet, type Subscription } from 'dexie'
import type { LastingDb } from './lasting-db.ts'
import { rangesOf } from './ranges.ts'
import { isConnectionLost } from './storage-error.ts'

interface LiveQuery<T> {
  subscribe(onNext: (value: T) => void, onError?: (error: unknown) => void): { unsubscribe(): void }
}

/** A query that fails on new connections too has another fault. */
const MAX_LOSSES_IN_A_ROW = 3

/** About 100 kB a query. Each key that is written goes into this tree of each query: a small one takes less of a busy screen's time. */
const KEPT_RANGES = 500

/** @param dbs every database that `querier` reads */
export function liveQuery<T>(dbs: readonly LastingDb[], querier: () => T | PromiseLike<T>): LiveQuery<T> {
  return {
    subscribe(onNext, onError) {
      let current: Subscription | null = null
      let losses = 0
      let hasRead = false
      /** Its reading was given up with the page: it reads again when the page goes on, and that is no loss. */
      let isGivenUp = false
      let kept = 0
      const isLoss = (error: unknown) => isConnectionLost(error) && losses < MAX_LOSSES_IN_A_ROW
      const read = async (): Promise<T> => {
        const used = dbs.map((db) => ({ db, connection: db.backendDB() }))
        try {
          return await querier()
        } catch (error) {
          isGivenUp = isConnectionLost(error) && dbs.some((db) => db.isAway)
          if (isGivenUp) throw error
          if (isLoss(error)) for (const { db, connection } of used) db.reopenQuietly(connection, error)
          throw error
        }
      }
      const begin = () => {
        current?.unsubscribe()
        hasRead = false
        isGivenUp = false
        kept = 0
        current = dexieLiveQuery(read).subscribe({
          next(value) {
            losses = 0
            hasRead = true
            kept = 0
            onNext(value)
          },
          error(error: unknown) {
            if (isGivenUp) return
            if (isLoss(error)) losses += 1
            else onError?.(error)
          },
        })
      }
      const count = (parts: ObservabilitySet) => {
        kept += Object.values(parts).flatMap(rangesOf).length
        // One that is still reading forgets all when it has read.
        if (hasRead && kept > KEPT_RANGES) begin()
      }
      Dexie.on.storagemutated.subscribe(count)
      const stops = dbs.flatMap((db) => [
        db.onConnection(({ type }) => type === 'reopened' && begin()),
        db.onReturn(() => isGivenUp && begin()),
      ])
      begin()
      return {
        unsubscribe() {
          Dexie.on.storagemutated.unsubscribe(count)
          for (const stop of stops) stop()
          current?.unsubscribe()
        },
      }
    },
  }
}

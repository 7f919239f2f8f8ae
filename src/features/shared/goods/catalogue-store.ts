/** Keeps the index up to date and tells the screens when it changed. */
import { createContext, useContext, useSyncExternalStore } from 'preact/compat'
import type { CacheDb } from '../../../db/cache-db.ts'
import { followCatalogue } from '../../../db/catalogue-feed.ts'
import { createObservable } from '../../../sync/observable.ts'
import type { Observable } from '../../../sync/sync-status.ts'
import { CatalogueIndex } from './catalogue-index.ts'

/** `revision` grows with every change of the index, which itself stays the same object. */
export interface Catalogue {
  readonly index: CatalogueIndex
  readonly revision: number
  readonly state: 'loading' | 'ready' | 'failed'
}

export interface CatalogueStore extends Observable<Catalogue> {
  /**
   * Starts to follow the database. Returns the way to stop.
   * @param onThaw this page stood still and goes on: what was removed meanwhile may have been forgotten by now (rule R3), so
   * everything is read again
   */
  start(onThaw: (listener: () => void) => () => void): () => void
}

export function createCatalogueStore(db: CacheDb): CatalogueStore {
  const { get, set, subscribe } = createObservable<Catalogue>({
    index: new CatalogueIndex(),
    revision: 0,
    state: 'loading',
  })
  return {
    get,
    subscribe,
    start(onThaw) {
      let stop = follow()
      const stopThawing = onThaw(() => {
        stop()
        stop = follow()
      })
      return () => {
        stop()
        stopThawing()
      }
    },
  }

  function follow(): () => void {
    // A feed begins with the whole catalogue, so its index begins empty.
    let index = new CatalogueIndex()
    return followCatalogue(
      db,
      (changes) => {
        const nothingNew = changes.changed.length === 0 && changes.removed.length === 0
        const { index: shown, revision, state } = get()
        if (shown === index && state === 'ready' && nothingNew) return
        index.apply(changes)
        set({ index, revision: revision + 1, state: 'ready' })
      },
      () => {
        index = get().index
        set({ ...get(), state: 'failed' })
      },
    )
  }
}

export const CatalogueContext = createContext<CatalogueStore | null>(null)

export function useCatalogue(): Catalogue {
  const store = useContext(CatalogueContext)
  if (!store) throw new Error('useCatalogue needs a StockProvider above it')
  return useSyncExternalStore(store.subscribe, store.get)
}

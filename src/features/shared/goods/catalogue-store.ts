/** Keeps the index up to date and tells the screens when it changed. */
import { dequal } from 'dequal/lite'
import { createContext, useContext, useSyncExternalStore } from 'preact/compat'
import type { CacheDb } from '../../../db/cache-db.ts'
import { followCatalogue } from '../../../db/catalogue-feed.ts'
import { type CatalogueFront, FRONT_ROWS, keepFront, readFront } from '../../../db/catalogue-front.ts'
import type { KeptFront } from '../../../db/rows.ts'
import { createObservable } from '../../../sync/observable.ts'
import type { Observable } from '../../../sync/sync-status.ts'
import { CatalogueIndex, type CatalogueQuery } from './catalogue-index.ts'

/** Another object with every change; `revision` grows with those of the index, which itself stays the same object. */
export interface Catalogue {
  readonly index: CatalogueIndex
  readonly revision: number
  readonly state: 'loading' | 'ready' | 'failed'
  /** What the lists begin with, while the rest is being read. */
  readonly front: CatalogueFront | null
}

export interface CatalogueStore extends Observable<Catalogue> {
  /**
   * Starts to follow the database. Returns the way to stop.
   * @param onThaw this page stood still and goes on: what was removed meanwhile may have been forgotten by now (rule R3), so
   * everything is read again
   */
  start(onThaw: (listener: () => void) => () => void): () => void
}

/** A catalogue that changes in a burst is looked at once, and never while it is being drawn. ms. */
const KEEP_FRONT_MS = 2_000

export function createCatalogueStore(db: CacheDb): CatalogueStore {
  const { get, set, subscribe } = createObservable<Catalogue>({
    index: new CatalogueIndex(),
    revision: 0,
    state: 'loading',
    front: null,
  })
  let kept: KeptFront | null = null
  let keeping: ReturnType<typeof setTimeout> | null = null
  return {
    get,
    subscribe,
    start(onThaw) {
      let isStopped = false
      let stop = () => {}
      const begin = () => {
        stop()
        if (!isStopped) stop = follow()
      }
      // The few rows first: the rest would stand in their way. Without them they come with the rest.
      void readFront(db)
        .then((front) => {
          if (!isStopped && get().state === 'loading') set({ ...get(), front })
        })
        .catch(() => undefined)
        .then(begin)
      const stopThawing = onThaw(begin)
      return () => {
        isStopped = true
        if (keeping !== null) clearTimeout(keeping)
        stop()
        stopThawing()
      }
    },
  }

  function keepFrontSoon(): void {
    keeping = null
    const { index } = get()
    const front: KeptFront = {
      ids: index
        .search(FIRST_QUESTION)
        .slice(0, FRONT_ROWS)
        .map(({ id }) => id),
      categories: index.categories(),
      hasInactive: index.hasInactive(),
    }
    if (dequal(front, kept)) return
    // The next start is slower without it, no more.
    keepFront(db, front).then(
      (isKept) => {
        if (isKept) kept = front
      },
      () => undefined,
    )
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
        set({ index, revision: revision + 1, state: 'ready', front: null })
        keeping ??= setTimeout(keepFrontSoon, KEEP_FRONT_MS)
      },
      () => {
        index = get().index
        set({ ...get(), state: 'failed' })
      },
    )
  }
}

/** What the lists show of the whole catalogue. */
const FIRST_QUESTION: CatalogueQuery = { text: '', category: null, inactive: false, order: 'name', stocks: null }

/** True for what is asked where nobody has asked for anything: the front answers it. */
export function isFirstQuestion(query: CatalogueQuery): boolean {
  return dequal(query, FIRST_QUESTION)
}

/** Categories of products that are sold, by name, and whether there are others. */
export function sectionsOf({ index, front }: Catalogue): Pick<CatalogueFront, 'categories' | 'hasInactive'> {
  return front ?? { categories: index.categories(), hasInactive: index.hasInactive() }
}

export const CatalogueContext = createContext<CatalogueStore | null>(null)

export function useCatalogue(): Catalogue {
  const store = useContext(CatalogueContext)
  if (!store) throw new Error('useCatalogue needs a StockProvider above it')
  return useSyncExternalStore(store.subscribe, store.get)
}

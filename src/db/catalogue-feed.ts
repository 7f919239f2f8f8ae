import type { CacheDb } from './cache-db.ts'
import { type CatalogueChanges, readCatalogueChanges, readWholeCatalogue } from './catalogue.ts'
import { liveQuery } from './live-query.ts'
import { readMeta } from './meta.ts'
import { isConnectionLost } from './storage-error.ts'

/** A reading that fails on new connections too has another fault. */
const MAX_LOSSES = 3

/** A first load from which no page has come for so long is waited for no longer, ms. */
const LOAD_PAUSE_MS = 3_000

/**
 * Hands over the whole catalogue once and from then on only what changed in it, never because a stock changed (rule V1).
 * `onError` means that the database does not answer and no more will come. Returns the way to stop.
 *
 * While the first load brings page after page nothing is read: no list is shown before its end, and reading each page again would take
 * half of a core from storing it. One that pauses, because the line is gone, is read as far as it came.
 *
 * The whole is no live query: one that is written to while it reads begins again, and in slices it would never end while a refresh
 * writes. What is written meanwhile has a later `rev`, and the live query that follows begins with it.
 */
export function followCatalogue(
  db: CacheDb,
  onChanges: (changes: CatalogueChanges) => void,
  onError: (error: unknown) => void,
): () => void {
  let isStopped = false
  let stopFollowing = awaitFirstLoad()

  function awaitFirstLoad(): () => void {
    let paused: ReturnType<typeof setTimeout> | undefined
    const subscription = liveQuery([db], () => readLoad(db)).subscribe((load) => {
      clearTimeout(paused)
      if (load === 'complete') begin()
      else paused = setTimeout(() => (load === 'none' ? onChanges(NOTHING) : begin()), LOAD_PAUSE_MS)
    }, onError)
    const stop = () => {
      clearTimeout(paused)
      subscription.unsubscribe()
    }
    function begin(): void {
      stop()
      stopFollowing = () => {}
      void read(0)
    }
    return stop
  }

  function follow(whole: CatalogueChanges): void {
    let since = whole.rev
    const subscription = liveQuery([db], () => readCatalogueChanges(db, since)).subscribe((changes) => {
      since = changes.rev
      onChanges(changes)
    }, onError)
    stopFollowing = () => subscription.unsubscribe()
  }

  /** A page that is put away gives its reading up, and reads again when it goes on. */
  function readOnReturn(): void {
    const stopWaiting = db.onReturn(() => {
      stopWaiting()
      void read(0)
    })
    stopFollowing = stopWaiting
  }

  async function read(losses: number): Promise<void> {
    try {
      const whole = await readWholeCatalogue(db, () => isStopped)
      if (isStopped || whole === null) return
      onChanges(whole)
      follow(whole)
    } catch (error) {
      if (isStopped) return
      if (db.isAway) readOnReturn()
      else if (isConnectionLost(error) && losses < MAX_LOSSES) await read(losses + 1)
      else onError(error)
    }
  }

  return () => {
    isStopped = true
    stopFollowing()
  }
}

const NOTHING: CatalogueChanges = { changed: [], removed: [], rev: 0 }

/** How far the first load has come. One that is complete stays so, whatever refresh follows. */
async function readLoad(db: CacheDb): Promise<'none' | 'running' | 'complete'> {
  const [refresh, freshness] = await Promise.all([readMeta(db, 'refresh'), readMeta(db, 'freshness')])
  if (freshness !== undefined || refresh?.phase === 'complete') return 'complete'
  return refresh === undefined ? 'none' : 'running'
}

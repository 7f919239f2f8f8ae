import type { CacheDb } from './cache-db.ts'
import { type CatalogueChanges, readCatalogueChanges, readWholeCatalogue } from './catalogue.ts'
import { liveQuery } from './live-query.ts'
import { isConnectionLost } from './storage-error.ts'

/** A reading that fails on new connections too has another fault. */
const MAX_LOSSES = 3

/**
 * Hands over the whole catalogue once and from then on only what changed in it, never because a stock changed (rule V1).
 * `onError` means that the database does not answer and no more will come. Returns the way to stop.
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
  let stopFollowing = () => {}

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

  void read(0)
  return () => {
    isStopped = true
    stopFollowing()
  }
}

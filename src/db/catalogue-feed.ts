import type { CacheDb } from './cache-db.ts'
import { type CatalogueChanges, readCatalogueChanges } from './catalogue.ts'
import { liveQuery } from './live-query.ts'

/**
 * Hands over the whole catalogue once and from then on only what changed in it, never because a stock changed (rule V1).
 * `onError` means that the database does not answer and no more will come. Returns the way to stop.
 */
export function followCatalogue(
  db: CacheDb,
  onChanges: (changes: CatalogueChanges) => void,
  onError: (error: unknown) => void,
): () => void {
  let since = 0
  const subscription = liveQuery([db], () => readCatalogueChanges(db, since)).subscribe((changes) => {
    since = changes.rev
    onChanges(changes)
  }, onError)
  return () => subscription.unsubscribe()
}

import { liveQuery } from 'dexie'
import type { CacheDb } from './cache-db.ts'
import type { ProductRow } from './rows.ts'

/**
 * Calls back with these products now and whenever one of them is written, in whichever tab: one narrow query for a screenful
 * (rule V1). A product that is not stored is undefined. Returns the way to stop.
 */
export function watchProducts(
  db: CacheDb,
  ids: readonly number[],
  onRows: (rows: readonly (ProductRow | undefined)[]) => void,
): () => void {
  const subscription = liveQuery(() => db.products.bulkGet([...ids])).subscribe({ next: onRows })
  return () => subscription.unsubscribe()
}

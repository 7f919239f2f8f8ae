import { useLiveQuery } from 'dexie-react-hooks'
import type { CacheDb, ProductRow } from './cache-db.ts'

/** One product's row, re-read when that row alone is written (rule V1). Undefined while loading, null when there is none. */
export function useProductRow(db: CacheDb, productId: number): ProductRow | null | undefined {
  return useLiveQuery(async () => (await db.products.get(productId)) ?? null, [db, productId])
}

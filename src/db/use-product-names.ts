import type { CacheDb } from './cache-db.ts'
import { useLiveQuery } from './use-live-query.ts'

/** Names of the products that the catalogue knows, by id. Undefined while loading. */
export function useProductNames(db: CacheDb, ids: readonly number[]): ReadonlyMap<number, string> | undefined {
  return useLiveQuery(db, async () => {
    const rows = await db.products.bulkGet([...ids])
    return new Map(rows.filter((row) => row !== undefined).map(({ id, name }) => [id, name]))
  }, [db, ids])
}

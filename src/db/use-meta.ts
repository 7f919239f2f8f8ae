import type { CacheDb } from './cache-db.ts'
import { readMeta } from './meta.ts'
import type { MetaKey, MetaValues } from './rows.ts'
import { useLiveQuery } from './use-live-query.ts'

/** One value of the device's bookkeeping, live. Undefined while loading, null when it was never written. */
export function useMeta<K extends MetaKey>(db: CacheDb, key: K): MetaValues[K] | null | undefined {
  return useLiveQuery(db, async () => (await readMeta(db, key)) ?? null, [db, key])
}

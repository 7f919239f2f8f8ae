import type { CacheDb } from './cache-db.ts'
import type { MetaKey, MetaValues } from './rows.ts'

/** One value of the device's own bookkeeping, undefined when it was never written. */
export async function readMeta<K extends MetaKey>(db: CacheDb, key: K): Promise<MetaValues[K] | undefined> {
  const row = await db.meta.get(key)
  // Only writeMeta fills the table, so the value has the type that its key promises.
  return row?.value as MetaValues[K] | undefined
}

export async function writeMeta<K extends MetaKey>(db: CacheDb, key: K, value: MetaValues[K]): Promise<void> {
  await db.meta.put({ key, value })
}

import type { SalesDb } from './sales-db.ts'
import type { SalesMetaKey, SalesMetaValues } from './sales-rows.ts'

/** One small value of the sales database, undefined when it was never written. */
export async function readSalesMeta<K extends SalesMetaKey>(
  db: SalesDb,
  key: K,
): Promise<SalesMetaValues[K] | undefined> {
  const row = await db.meta.get(key)
  // Only writeSalesMeta fills the table, so the value has the type that its key promises.
  return row?.value as SalesMetaValues[K] | undefined
}

export async function writeSalesMeta<K extends SalesMetaKey>(
  db: SalesDb,
  key: K,
  value: SalesMetaValues[K],
): Promise<void> {
  await db.meta.put({ key, value })
}

/** The life of the server that the operations here are counted in (rule C8); null: not known yet. */
export async function readKnownEpoch(db: SalesDb): Promise<string | null> {
  return (await readSalesMeta(db, 'epoch'))?.value ?? null
}

import type { CacheDb } from './cache-db.ts'

/**
 * Every product's stock at this moment, by id: for an order that is taken once. Reads the whole table, so never in a live
 * query (rule V1).
 */
export async function readStockNumbers(db: CacheDb): Promise<ReadonlyMap<number, number>> {
  // All at once: a cursor would take twice as long for 50,000 rows.
  const rows = await db.products.toArray()
  return new Map(rows.map(({ id, stock }) => [id, stock]))
}

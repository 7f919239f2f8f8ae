import type { CacheDb } from './cache-db.ts'

/**
 * Every product's stock at this moment, by id: for an order that is taken once. Reads the whole table, so never in a live
 * query (rule V1).
 */
export async function readStockNumbers(db: CacheDb): Promise<ReadonlyMap<number, number>> {
  const stocks = new Map<number, number>()
  await db.products.each((row) => stocks.set(row.id, row.stock))
  return stocks
}

import { stockRecord } from '../contract/records/stock.ts'
import { type KnownVersion, shownStock } from '../domain/available-stock.ts'
import type { CacheDb } from './cache-db.ts'
import { readLearned } from './learned.ts'
import { readMeta } from './meta.ts'
import { effectsAt, readAllEffects } from './sales/effects.ts'
import type { SalesDb } from './sales/sales-db.ts'
import { isWholeStock } from './whole-rows.ts'

/**
 * Every product's stock as it is shown at this moment, by id: for an order that is taken once. Reads the whole table, so never
 * in a live query (rule V1).
 */
export async function readStockNumbers(cache: CacheDb, sales: SalesDb): Promise<ReadonlyMap<number, number>> {
  // Sales first (rule D2).
  const effects = effectsAt(await readMeta(cache, 'device'), await readAllEffects(sales))
  // All at once: a cursor would take twice as long for 50,000 rows.
  const rows = (await cache.stocks.toArray()).filter(isWholeStock)
  const stocks = new Map(rows.map(({ id, quantity }) => [id, quantity]))
  if (effects.length === 0) return stocks
  const fromEvents = await readLearned(
    cache,
    effects.map(({ offline_id: id, product_id: product }) => [id, stockRecord(product)]),
  )
  const records = new Map(rows.map(({ id, version, provenance }) => [id, { epoch: provenance.epoch, version }]))
  effects.forEach(({ product_id: id, delta, learned }, index) => {
    const [stock, record, fromEvent] = [stocks.get(id), records.get(id), fromEvents[index]]
    if (stock === undefined || !record) return
    stocks.set(id, shownStock(stock, record, [{ delta, learned: fromEvent ? [...learned, fromEvent] : learned }]))
  })
  return stocks
}

/** How far the stored stock of these products has come; a product that is not stored is missing. */
export async function readStockVersions(
  cache: CacheDb,
  productIds: readonly number[],
): Promise<ReadonlyMap<number, KnownVersion>> {
  const rows = await cache.stocks.bulkGet([...productIds])
  return new Map(
    rows.flatMap((row) =>
      isWholeStock(row) ? [[row.id, { epoch: row.provenance.epoch, version: row.version }] as const] : [],
    ),
  )
}

import { stockRecord } from '../contract/records/stock.ts'
import type { PendingEffect } from '../domain/available-stock.ts'
import type { CacheDb } from './cache-db.ts'
import { liveQuery } from './live-query.ts'
import { readMeta } from './meta.ts'
import type { ProductRow, StockedProduct, StockRow } from './rows.ts'
import { effectsAt, readEffectsOnProducts } from './sales/effects.ts'
import type { SalesDb } from './sales/sales-db.ts'
import { isWholeProduct, isWholeStock } from './whole-rows.ts'

/** An operation's effect with all that is known of its version, from the server's answer and from its event (rule D2). */
export interface KnownEffect extends PendingEffect {
  readonly offlineId: string
}

/** A stored product, and what this counter's operations do to its stock. */
export interface StoredProduct {
  /** Undefined: not stored. */
  readonly row: StockedProduct | undefined
  readonly effects: readonly KnownEffect[]
}

/** A product's stock without its catalogue fields. */
interface KnownStock {
  readonly stocked: StockRow | undefined
  readonly effects: readonly KnownEffect[]
}

interface Databases {
  readonly cache: CacheDb
  readonly sales: SalesDb
}

/**
 * Calls back with these products now and whenever one of them or what this counter does to it changes, in whichever tab: narrow queries
 * for a screenful (rule V1), one of the fields, which seldom change, and one of the stocks. Returns the way to stop.
 */
export function watchProducts(
  dbs: Databases,
  ids: readonly number[],
  onProducts: (products: readonly StoredProduct[]) => void,
): () => void {
  let rows: readonly (ProductRow | undefined)[] | null = null
  let stocks: readonly KnownStock[] | null = null
  const tell = () => {
    if (rows && stocks) onProducts(join(rows, stocks))
  }
  const subscriptions = [
    liveQuery([dbs.cache], () => readFields(dbs, ids)).subscribe((read) => {
      rows = read
      tell()
    }),
    liveQuery([dbs.sales, dbs.cache], () => readStocks(dbs, ids)).subscribe((read) => {
      stocks = read
      tell()
    }),
  ]
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe()
  }
}

export async function readProducts(dbs: Databases, ids: readonly number[]): Promise<StoredProduct[]> {
  const [rows, stocks] = await Promise.all([readFields(dbs, ids), readStocks(dbs, ids)])
  return join(rows, stocks)
}

async function readFields({ cache }: Databases, ids: readonly number[]): Promise<(ProductRow | undefined)[]> {
  return await cache.products.bulkGet([...ids])
}

/**
 * Sales first, then records and learned versions in one transaction: a sale that is already gone from the sales is in the
 * records then (rule D2). What an earlier enrolment's branch still waits for is about other products.
 */
async function readStocks({ cache, sales }: Databases, ids: readonly number[]): Promise<KnownStock[]> {
  const stored = await readEffectsOnProducts(sales, ids)
  return await cache.transaction('r', cache.stocks, cache.learned, cache.meta, async () => {
    const effects = stored.length > 0 ? effectsAt(await readMeta(cache, 'device'), stored) : stored
    const keys = effects.map(({ offline_id: id, product_id: product }): [string, string] => [id, stockRecord(product)])
    const [stocks, learned] = await Promise.all([
      cache.stocks.bulkGet([...ids]),
      keys.length > 0 ? cache.learned.bulkGet(keys) : [],
    ])
    const byProduct = new Map<number, KnownEffect[]>()
    effects.forEach((effect, index) => {
      const fromEvent = learned[index]
      const known = {
        offlineId: effect.offline_id,
        delta: effect.delta,
        learned: fromEvent ? [...effect.learned, fromEvent] : effect.learned,
      }
      byProduct.set(effect.product_id, [...(byProduct.get(effect.product_id) ?? []), known])
    })
    return ids.map((id, index) => ({ stocked: stocks[index], effects: byProduct.get(id) ?? [] }))
  })
}

/** A product whose fields or stock are not there, or not whole, is none. */
function join(rows: readonly (ProductRow | undefined)[], stocks: readonly KnownStock[]): StoredProduct[] {
  return stocks.map(({ stocked, effects }, index) => {
    const row = rows[index]
    const isThere = isWholeProduct(row) && isWholeStock(stocked)
    return { row: isThere ? { ...row, stock: stocked.quantity, stocked } : undefined, effects }
  })
}

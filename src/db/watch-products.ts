import { stockRecord } from '../contract/records/stock.ts'
import type { PendingEffect } from '../domain/available-stock.ts'
import type { CacheDb } from './cache-db.ts'
import { liveQuery } from './live-query.ts'
import { readMeta } from './meta.ts'
import type { StockedProduct } from './rows.ts'
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

/**
 * Calls back with these products now and whenever one of them or what this counter does to it changes, in whichever tab: one
 * narrow query for a screenful (rule V1). Returns the way to stop.
 */
export function watchProducts(
  dbs: { readonly cache: CacheDb; readonly sales: SalesDb },
  ids: readonly number[],
  onProducts: (products: readonly StoredProduct[]) => void,
): () => void {
  const subscription = liveQuery([dbs.sales, dbs.cache], () => readProducts(dbs, ids)).subscribe(onProducts)
  return () => subscription.unsubscribe()
}

/**
 * Sales first, then records and learned versions in one transaction: a sale that is already gone from the sales is in the
 * records then (rule D2). What an earlier enrolment's branch still waits for is about other products.
 */
export async function readProducts(
  { cache, sales }: { readonly cache: CacheDb; readonly sales: SalesDb },
  ids: readonly number[],
): Promise<StoredProduct[]> {
  const stored = await readEffectsOnProducts(sales, ids)
  return await cache.transaction('r', cache.products, cache.stocks, cache.learned, cache.meta, async () => {
    const effects = stored.length > 0 ? effectsAt(await readMeta(cache, 'device'), stored) : stored
    const keys = effects.map(({ offline_id: id, product_id: product }): [string, string] => [id, stockRecord(product)])
    const [rows, stocks, learned] = await Promise.all([
      cache.products.bulkGet([...ids]),
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
    return ids.map((id, index) => {
      const [row, stocked] = [rows[index], stocks[index]]
      const isThere = isWholeProduct(row) && isWholeStock(stocked)
      return {
        row: isThere ? { ...row, stock: stocked.quantity, stocked } : undefined,
        effects: byProduct.get(id) ?? [],
      }
    })
  })
}

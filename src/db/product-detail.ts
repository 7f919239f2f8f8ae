import type { CacheDb } from './cache-db.ts'
import type { InventoryRow, StockChange } from './rows.ts'
import { useLiveQuery } from './use-live-query.ts'
import { isWholeInventory } from './whole-rows.ts'

/** A product's storage places by name, live. Undefined while loading. */
export function useInventoryPlaces(db: CacheDb, productId: number): InventoryRow[] | undefined {
  return useLiveQuery(
    db,
    async () =>
      (await db.inventory.where('product_id').equals(productId).toArray()).filter(isWholeInventory).sort(byPlace),
    [db, productId],
  )
}

/** The newest `limit` stock changes of a product that this device applied, newest first, live. Undefined while loading. */
export function useStockChanges(db: CacheDb, productId: number, limit: number): StockChange[] | undefined {
  return useLiveQuery(
    db,
    () => db.stockChanges.where('product_id').equals(productId).reverse().limit(limit).toArray(),
    [db, productId, limit],
  )
}

function byPlace(a: InventoryRow, b: InventoryRow): number {
  return a.place.localeCompare(b.place) || a.id - b.id
}

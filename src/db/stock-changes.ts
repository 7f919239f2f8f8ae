import type { CacheDb } from './cache-db.ts'

const STOCK_CHANGES_KEPT = 20_000

/** The device's history of stock changes is a convenience: only the newest are kept. */
export async function trimStockChanges(db: CacheDb): Promise<void> {
  const newest = await db.stockChanges.orderBy(':id').last()
  if (newest?.key !== undefined)
    await db.stockChanges
      .where(':id')
      .below(newest.key - STOCK_CHANGES_KEPT)
      .delete()
}

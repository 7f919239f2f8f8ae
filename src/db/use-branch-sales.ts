import type { Transaction } from '../contract/transactions.ts'
import { type BranchSales, type BranchSalesFilter, readKeptSale, readKeptSales } from './branch-sales.ts'
import type { CacheDb } from './cache-db.ts'
import { useLiveQuery } from './use-live-query.ts'

/** As readKeptSales, live. Undefined while loading. */
export function useKeptSales(db: CacheDb, { day, text, limit }: BranchSalesFilter): BranchSales | undefined {
  const from = day?.from ?? null
  const until = day?.until ?? null
  return useLiveQuery(
    db,
    () => readKeptSales(db, { day: from === null || until === null ? null : { from, until }, text, limit }),
    [db, from, until, text, limit],
  )
}

/** As readKeptSale, live. Undefined while loading. */
export function useKeptSale(db: CacheDb, saleId: string): Transaction | null | undefined {
  return useLiveQuery(db, () => readKeptSale(db, saleId), [db, saleId])
}

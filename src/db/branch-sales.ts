/** The branch's sales that this device keeps (rule R6), as a list shows them. Live for as long as a screen looks. */

import type { Transaction } from '../contract/transactions.ts'
import type { CacheDb } from './cache-db.ts'
import type { BranchSaleRow } from './rows.ts'
import { parseStoredSale, searchTextOf } from './stored-sale.ts'
import { useLiveQuery } from './use-live-query.ts'
import { isWholeBranchSale } from './whole-rows.ts'

export interface BranchSalesFilter {
  /** Server time, ms: from the first inclusive to the second exclusive; null: all days. */
  readonly day: { readonly from: number; readonly until: number } | null
  /** Found in code, reference, total, product names or a payment's reference; '': everything. */
  readonly text: string
  readonly limit: number
}

export interface BranchSales {
  /** Newest first. */
  readonly sales: readonly Transaction[]
  readonly hasMore: boolean
  /** The lowest id that is kept, whatever the filter; null: none is. */
  readonly firstId: number | null
}

/** The newest `limit` that match. Undefined while loading; with `limit` 0 nothing is read. */
export function useKeptSales(db: CacheDb, { day, text, limit }: BranchSalesFilter): BranchSales | undefined {
  const from = day?.from ?? null
  const until = day?.until ?? null
  return useLiveQuery(
    db,
    () => readKeptSales(db, { day: from === null || until === null ? null : { from, until }, text, limit }),
    [db, from, until, text, limit],
  )
}

/** One of them, by its `offline_id`; null: none is kept. Undefined while loading. */
export function useKeptSale(db: CacheDb, saleId: string): Transaction | null | undefined {
  return useLiveQuery(db, () => readKeptSale(db, saleId), [db, saleId])
}

const NONE: BranchSales = { sales: [], hasMore: false, firstId: null }

/** Rows are read a day at a time, from the newest day on: as fast as a browser reads, and a search ends with its first page. */
const SLICE_MS = 24 * 60 * 60 * 1000

/** What useKeptSales shows, once. */
export async function readKeptSales(db: CacheDb, { day, text, limit }: BranchSalesFilter): Promise<BranchSales> {
  if (limit === 0) return NONE
  const table = db.branchSales
  const first = await table.orderBy(':id').first()
  if (!first) return NONE
  const wanted = text.trim().toLocaleLowerCase()
  const from = day?.from ?? Number.NEGATIVE_INFINITY
  const found: Transaction[] = []
  for (let until = day?.until ?? Number.POSITIVE_INFINITY; found.length <= limit; ) {
    const newest = await table.where('at').between(from, until, true, false).last()
    if (!newest) break
    const start = Math.max(from, newest.at + 1 - SLICE_MS)
    const rows = await table.where('at').between(start, newest.at, true, true).toArray()
    for (const row of rows.toReversed()) {
      const sale = readMatching(row, wanted)
      if (sale) found.push(sale)
    }
    until = start
  }
  return { sales: found.slice(0, limit), hasMore: found.length > limit, firstId: first.id }
}

/** What useKeptSale shows, once. */
export async function readKeptSale(db: CacheDb, saleId: string): Promise<Transaction | null> {
  const row = await db.branchSales.where('offline_id').equals(saleId).first()
  return row && isWholeBranchSale(row) ? parseStoredSale(row) : null
}

function readMatching(row: BranchSaleRow, wanted: string): Transaction | null {
  if (!isWholeBranchSale(row)) return null
  if (wanted === '') return parseStoredSale(row)
  // Most rows are passed over without being parsed; what JSON spells otherwise is found in what is parsed.
  const isPlain = JSON.stringify(wanted) === `"${wanted}"`
  const isLikely = (json: string | null) => json?.toLocaleLowerCase().includes(wanted) === true
  if (isPlain && !isLikely(row.row) && !isLikely(row.told)) return null
  const sale = parseStoredSale(row)
  return sale && searchTextOf(sale).includes(wanted) ? sale : null
}

/** The branch's sales that this device keeps (rule R6), as a list shows them. */

import type { Transaction } from '../contract/transactions.ts'
import type { CacheDb } from './cache-db.ts'
import type { BranchSaleRow } from './rows.ts'
import { parseStoredSale, searchTextOf } from './stored-sale.ts'
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

const DAY_MS = 24 * 60 * 60 * 1000

const NONE: BranchSales = { sales: [], hasMore: false, firstId: null }

/** Rows are read a day at a time, from the newest day on: as fast as a browser reads, and a search ends with its first page. */
const SLICE_MS = DAY_MS

/** The newest `limit` that match; with `limit` 0 nothing is read. */
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

/** One of them, by its `offline_id`; null: none is kept. */
export async function readKeptSale(db: CacheDb, saleId: string): Promise<Transaction | null> {
  const row = await db.branchSales.where('offline_id').equals(saleId).first()
  return row && isWholeBranchSale(row) ? parseStoredSale(row) : null
}

/** Sales are kept for as many days after they were booked (server/migrations/0028_transaction_records.sql). */
const KEPT_DAYS = 45
/** A counter may bring a sale this late, and be believed (src/contract/records/transaction.ts). */
const LATE_DAYS = 90

/**
 * Deletes what no comparison will: sales of which only an event told, and, of a backend that has no checksums, those that no server keeps
 * any more.
 * @param now ms
 */
export async function trimKeptSales(db: CacheDb, now: number): Promise<void> {
  const old = db.branchSales.where('at').below(now - KEPT_DAYS * DAY_MS)
  const gone = now - (KEPT_DAYS + LATE_DAYS + 1) * DAY_MS
  await old.filter(({ row, at }) => row === null || at < gone).delete()
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

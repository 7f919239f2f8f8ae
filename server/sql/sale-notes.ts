/** What was accepted although it stood out: goods that were not there, prices that are not the server's. In a transaction. */
import type { Queryable } from '../database.ts'
import { insertRecords } from './insert-records.ts'

interface SaleNote {
  readonly branch_id: number
  readonly transaction_id: number
  readonly product_id: number
  readonly product_name: string | null
  /** Units, as all quantities here. */
  readonly quantity: number
  readonly occurred_at: string
}

/** `stock_shown`: what the cashier saw (rule S9). */
export interface OversoldLine extends SaleNote {
  readonly missing: number
  readonly stock_before: number
  readonly stock_after: number
  readonly stock_shown: number | null
  readonly device_id: string
  readonly staff_id: number | null
}

export async function insertOversoldLines(tx: Queryable, lines: readonly OversoldLine[]): Promise<void> {
  await insertRecords(tx, 'oversold_lines', lines)
}

export interface PriceDifference extends SaleNote {
  readonly sold_price: number
  readonly server_price: number
  readonly counter_price: number | null
}

export async function insertPriceDifferences(tx: Queryable, differences: readonly PriceDifference[]): Promise<void> {
  await insertRecords(tx, 'price_differences', differences)
}

/** What was accepted although it stood out: goods that were not there, prices that are not the server's. In a transaction. */
import { fromThousandths } from '../../src/domain/quantity.ts'
import type { Queryable } from '../database.ts'

export interface SaleNoteContext {
  readonly branchId: number
  readonly transactionId: number
  readonly deviceId: string | null
  readonly staffId: number | null
  readonly occurredAt: string
}

/** Quantities in thousandths; `stockShown` in units, what the cashier saw (rule S9). */
export interface OversoldLine {
  readonly productId: number
  readonly productName: string
  readonly quantity: number
  readonly missing: number
  readonly stockBefore: number
  readonly stockAfter: number
  readonly stockShown: number | null
}

export async function insertOversoldLines(
  tx: Queryable,
  context: SaleNoteContext,
  lines: readonly OversoldLine[],
): Promise<void> {
  if (lines.length === 0) return
  const rows = lines.map((line) => ({
    ...line,
    quantity: fromThousandths(line.quantity),
    missing: fromThousandths(line.missing),
    stockBefore: fromThousandths(line.stockBefore),
    stockAfter: fromThousandths(line.stockAfter),
  }))
  await tx.query(
    `INSERT INTO oversold_lines (branch_id, transaction_id, device_id, staff_id, occurred_at, product_id, product_name,
                                 quantity, missing, stock_before, stock_after, stock_shown)
     SELECT $1, $2, $3, $4, $5, l."productId", l."productName", l.quantity, l.missing, l."stockBefore", l."stockAfter",
            l."stockShown"
       FROM jsonb_to_recordset($6::jsonb) AS l("productId" bigint, "productName" text, quantity numeric, missing numeric,
            "stockBefore" numeric, "stockAfter" numeric, "stockShown" numeric)`,
    [...contextParams(context), JSON.stringify(rows)],
  )
}

export interface PriceDifference {
  readonly productId: number
  readonly productName: string | null
  /** Units. */
  readonly quantity: number
  readonly soldPrice: number
  readonly serverPrice: number
  readonly counterPrice: number | null
}

export async function insertPriceDifferences(
  tx: Queryable,
  context: SaleNoteContext,
  differences: readonly PriceDifference[],
): Promise<void> {
  if (differences.length === 0) return
  const { branchId, transactionId, occurredAt } = context
  await tx.query(
    `INSERT INTO price_differences (branch_id, transaction_id, occurred_at, product_id, product_name, quantity, sold_price,
                                    server_price, counter_price)
     SELECT $1, $2, $3, d."productId", d."productName", d.quantity, d."soldPrice", d."serverPrice", d."counterPrice"
       FROM jsonb_to_recordset($4::jsonb) AS d("productId" bigint, "productName" text, quantity numeric, "soldPrice" bigint,
            "serverPrice" bigint, "counterPrice" bigint)`,
    [branchId, transactionId, occurredAt, JSON.stringify(differences)],
  )
}

function contextParams({ branchId, transactionId, deviceId, staffId, occurredAt }: SaleNoteContext): unknown[] {
  return [branchId, transactionId, deviceId, staffId, occurredAt]
}

/** Sales, refunds, payments and voids as rows. All in a transaction; money in rupiah, quantities in thousandths where said. */
import type { RecordVersions, TaxRule } from '../../src/contract/sales.ts'
import { toThousandths } from '../../src/domain/quantity.ts'
import type { EarlierRefund, SoldLine } from '../../src/domain/refund.ts'
import type { Queryable } from '../database.ts'

/** Drawn before the stock moves, because its events name the transaction. */
export async function drawTransactionId(tx: Queryable): Promise<number> {
  const [row] = await tx.query<{ id: number }>(`SELECT nextval(pg_get_serial_sequence('transactions', 'id')) AS id`)
  if (!row) throw new Error('The sequence gave no id')
  return row.id
}

export interface NewTransaction {
  readonly id: number
  readonly branchId: number
  /** `TRX` for sales, `RFD` for refunds. */
  readonly codePrefix: 'TRX' | 'RFD'
  readonly offlineId: string
  readonly offlineReference: string
  readonly deviceId: string | null
  readonly createdBy: string
  readonly idUserApps: string | null
  readonly status: 'draft' | 'paid' | 'void'
  readonly paymentStatus: 'pending_payment' | 'paid' | 'void'
  readonly paymentMethod: string
  readonly subtotal: number
  readonly discountTotal: number
  readonly cartDiscount: number
  readonly taxTotal: number
  readonly tax: TaxRule | null
  readonly roundingTotal: number
  readonly grandTotal: number
  readonly op: 'sale' | 'refund'
  readonly versions: RecordVersions
  readonly createdAtDevice: string
  /** The time that counts, ISO 8601: the code's day goes by it. */
  readonly occurredAt: string
  readonly note: string | null
  readonly reason: string | null
  readonly shiftOfflineId: string | null
  readonly staffId: number | null
  readonly approvedBy: number | null
  readonly refundOf: number | null
}

/** Inserts the row with the next code of its day, and resolves to that; the day's counter stays locked until the commit, so this comes late. */
export async function insertTransaction(tx: Queryable, row: NewTransaction): Promise<string> {
  const [inserted] = await tx.query<{ code: string }>(
    `INSERT INTO transactions (
       id, branch_id, transaction_code, offline_id, offline_reference, device_id, created_by, id_user_apps,
       type_transaction, status, payment_status, payment_method, subtotal, discount_total, cart_discount, tax_total,
       tax_rate_bp, tax_included, rounding_total, grand_total, op, versions, created_at_device, synced_at, note, reason,
       shift_offline_id, staff_id, approved_by, refund_of, occurred_at)
     VALUES ($1, $2, next_transaction_code($2, $3, shop_day($29)), $4, $5, $6, $7, $8,
       1, $9, $10, $11, $12, $13, $14, $15,
       $16, $17, $18, $19, $20, $21::jsonb, $22, now(), $23, $24,
       $25, $26, $27, $28, $29)
     RETURNING transaction_code AS code`,
    [
      row.id,
      row.branchId,
      row.codePrefix,
      row.offlineId,
      row.offlineReference,
      row.deviceId,
      row.createdBy,
      row.idUserApps,
      row.status,
      row.paymentStatus,
      row.paymentMethod,
      row.subtotal,
      row.discountTotal,
      row.cartDiscount,
      row.taxTotal,
      row.tax?.rate_bp ?? null,
      row.tax?.included ?? null,
      row.roundingTotal,
      row.grandTotal,
      row.op,
      JSON.stringify(row.versions),
      row.createdAtDevice,
      row.note,
      row.reason,
      row.shiftOfflineId,
      row.staffId,
      row.approvedBy,
      row.refundOf,
      row.occurredAt,
    ],
  )
  if (!inserted) throw new Error('INSERT … RETURNING gave no row')
  return inserted.code
}

export interface NewItem {
  readonly product_id: number
  readonly product_name: string | null
  readonly unit: string | null
  /** Units. */
  readonly quantity: number
  readonly price: number
  readonly discount: number
  readonly amount: number | null
  readonly note: string | null
  readonly master_price: number | null
  readonly stock_shown: number | null
}

/** In the given order, which the receipt keeps. */
export async function insertItems(tx: Queryable, transactionId: number, items: readonly NewItem[]): Promise<void> {
  await tx.query(
    `INSERT INTO transaction_items (
       transaction_id, product_id, product_name, unit, quantity, price, discount, amount, note, master_price, stock_shown)
     SELECT $1, (item->>'product_id')::bigint, item->>'product_name', item->>'unit', (item->>'quantity')::numeric,
            (item->>'price')::bigint, (item->>'discount')::bigint, (item->>'amount')::bigint, item->>'note',
            (item->>'master_price')::bigint, (item->>'stock_shown')::numeric
       FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS line(item, place) ORDER BY place`,
    [transactionId, JSON.stringify(items)],
  )
}

export interface NewPaymentRow {
  readonly offlineId: string | null
  readonly paymentMethod: string
  readonly amount: number
  readonly tendered: number | null
  readonly reference: string | null
  readonly createdAtDevice: string
  readonly implied: boolean
}

/** Resolves to the row's id. */
export async function insertPayment(tx: Queryable, transactionId: number, payment: NewPaymentRow): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO transaction_payments (
       transaction_id, offline_id, payment_method, amount, tendered, reference, created_at_device, implied)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
    [
      transactionId,
      payment.offlineId,
      payment.paymentMethod,
      payment.amount,
      payment.tendered,
      payment.reference,
      payment.createdAtDevice,
      payment.implied,
    ],
  )
  if (!row) throw new Error('INSERT … RETURNING gave no row')
  return row.id
}

/** Later payments took the place of that much of the implied one. */
export async function reduceImpliedPayment(tx: Queryable, transactionId: number, by: number): Promise<void> {
  await tx.query('UPDATE transaction_payments SET amount = amount - $2 WHERE transaction_id = $1 AND implied', [
    transactionId,
    by,
  ])
  await tx.query('DELETE FROM transaction_payments WHERE transaction_id = $1 AND implied AND amount = 0', [
    transactionId,
  ])
}

export async function markPaid(tx: Queryable, transactionId: number): Promise<void> {
  await tx.query(`UPDATE transactions SET status = 'paid', payment_status = 'paid' WHERE id = $1`, [transactionId])
}

/** A booked sale as voids, refunds and payments look at it, locked until the transaction ends. */
export interface BookedSale {
  readonly id: number
  readonly code: string
  readonly branchId: number
  readonly op: 'sale' | 'void' | 'refund'
  readonly status: 'draft' | 'paid' | 'void'
  readonly grandTotal: number
  readonly shiftOfflineId: string | null
  readonly deviceId: string | null
  /** The device that sold may still upload. */
  readonly isSellerHeld: boolean
  /** The time that counts, ISO 8601. */
  readonly occurredAt: string
  /** Rupiah: paid by payments that were sent, by the implied one, and already paid back. */
  readonly paid: number
  readonly implied: number
  readonly refunded: number
}

export async function lockSale(tx: Queryable, offlineId: string): Promise<BookedSale | undefined> {
  const locked = await tx.query('SELECT FROM transactions WHERE offline_id = $1 FOR UPDATE', [offlineId])
  if (locked.length === 0) return undefined
  const [sale] = await tx.query<BookedSale>(
    `SELECT t.id, t.transaction_code AS code, t.branch_id AS "branchId", t.op, t.status, t.grand_total AS "grandTotal",
            t.shift_offline_id AS "shiftOfflineId", t.occurred_at AS "occurredAt", t.device_id AS "deviceId",
            EXISTS (SELECT FROM devices d WHERE d.id = t.device_id AND d.revoked_at IS NULL) AS "isSellerHeld",
            coalesce(p.paid, 0)::bigint AS paid, coalesce(p.implied, 0)::bigint AS implied,
            coalesce((SELECT sum(-r.grand_total) FROM transactions r WHERE r.refund_of = t.id), 0)::bigint AS refunded
       FROM transactions t
       LEFT JOIN LATERAL (
         SELECT sum(amount) FILTER (WHERE NOT implied) AS paid, sum(amount) FILTER (WHERE implied) AS implied
           FROM transaction_payments WHERE transaction_id = t.id
       ) p ON true
      WHERE t.offline_id = $1`,
    [offlineId],
  )
  return sale
}

export interface SoldProduct {
  readonly productId: number
  readonly productName: string | null
  readonly unit: string | null
  readonly price: number
  /** Thousandths. */
  readonly sold: number
  readonly returned: number
}

/** What a sale sold, and what of it came back by refunds; one row a product, with the price of its first line. */
export async function readSoldProducts(tx: Queryable, transactionId: number): Promise<SoldProduct[]> {
  const rows = await tx.query<SoldProduct>(
    `SELECT i.product_id AS "productId", (array_agg(i.product_name ORDER BY i.id))[1] AS "productName",
            (array_agg(i.unit ORDER BY i.id))[1] AS unit, (array_agg(i.price ORDER BY i.id))[1] AS price,
            sum(i.quantity) AS sold,
            coalesce((SELECT sum(-r.quantity) FROM transaction_items r JOIN transactions t ON t.id = r.transaction_id
                       WHERE t.refund_of = $1 AND r.product_id = i.product_id), 0) AS returned
       FROM transaction_items i WHERE i.transaction_id = $1 GROUP BY i.product_id ORDER BY i.product_id`,
    [transactionId],
  )
  return rows.map((row) => ({ ...row, sold: toThousandths(row.sold), returned: toThousandths(row.returned) }))
}

/** A sale's lines and its refunds, as src/domain/refund.ts shares its money over them. */
export async function readPaidSale(
  tx: Queryable,
  transactionId: number,
): Promise<{ lines: readonly SoldLine[]; earlier: readonly EarlierRefund[] }> {
  const [row] = await tx.query<{ lines: readonly SoldLine[]; earlier: readonly EarlierRefund[] }>(
    `SELECT
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                 'productId', i.product_id, 'quantity', trim_scale(i.quantity), 'price', i.price,
                 'discount', least(i.discount, round(i.price * i.quantity))) ORDER BY i.id), '[]')
          FROM transaction_items i WHERE i.transaction_id = $1) AS lines,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                 'total', -r.grand_total,
                 'lines', (SELECT coalesce(jsonb_agg(jsonb_build_object('product_id', i.product_id,
                                    'quantity', trim_scale(-i.quantity), 'amount', -coalesce(i.amount, 0))), '[]')
                             FROM transaction_items i WHERE i.transaction_id = r.id)) ORDER BY r.id), '[]')
          FROM transactions r WHERE r.refund_of = $1) AS earlier`,
    [transactionId],
  )
  if (!row) throw new Error('SELECT without FROM gave no row')
  return row
}

/** The sale is void now, and so are its refunds: what they gave back is part of what the void gives back. */
export async function markVoid(tx: Queryable, transactionId: number, versions: RecordVersions): Promise<void> {
  await tx.query(
    `UPDATE transactions SET status = 'void', payment_status = 'void', op = 'void', versions = $2::jsonb WHERE id = $1`,
    [transactionId, JSON.stringify(versions)],
  )
  await tx.query(`UPDATE transactions SET status = 'void', payment_status = 'void' WHERE refund_of = $1`, [
    transactionId,
  ])
}

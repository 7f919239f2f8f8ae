/** Sales, refunds, payments and voids as rows. All in a transaction; money in rupiah, quantities in thousandths where said. */
import type { RecordVersions } from '../../src/contract/batch-sync.ts'
import type { Payment, Sale, SaleItem } from '../../src/contract/sales.ts'
import { toThousandths } from '../../src/domain/quantity.ts'
import type { EarlierRefund, SoldLine } from '../../src/domain/refund.ts'
import type { Queryable } from '../database.ts'
import { insertRecord, insertRecords } from './insert-records.ts'

/** Drawn before the stock moves, because its events name the transaction. */
export async function drawTransactionId(tx: Queryable): Promise<number> {
  const [row] = await tx.query<{ id: number }>(`SELECT nextval(pg_get_serial_sequence('transactions', 'id')) AS id`)
  if (!row) throw new Error('The sequence gave no id')
  return row.id
}

/** A row in the wire's spelling: what a sale tells of itself, and what the server makes of it. */
export interface NewTransaction
  extends Omit<
    Sale,
    'approval_proof' | 'branch_code' | 'id_user_apps' | 'items' | 'sync_status' | 'tax' | 'type_transaction'
  > {
  readonly id: number
  readonly branch_id: number
  readonly created_by: string
  readonly op: 'sale' | 'refund'
  readonly versions: RecordVersions
  /** The time that counts, ISO 8601: the code's day goes by it. */
  readonly occurred_at: string
  readonly id_user_apps?: string | null
  readonly tax_rate_bp?: number | null
  readonly tax_included?: boolean | null
  readonly reason?: string
  readonly refund_of?: number
}

/** Inserts the row with the next code of its day, and resolves to that; the day's counter stays locked until the commit, so this comes late. */
export async function insertTransaction(tx: Queryable, row: NewTransaction): Promise<string> {
  const prefix = row.op === 'refund' ? 'RFD' : 'TRX'
  const [inserted] = await insertRecords<{ code: string }>(tx, 'transactions', [row], {
    computed: {
      transaction_code: `next_transaction_code(branch_id, '${prefix}', shop_day(occurred_at))`,
      synced_at: 'now()',
    },
    ending: 'RETURNING transaction_code AS code',
  })
  if (!inserted) throw new Error('INSERT … RETURNING gave no row')
  return inserted.code
}

/** `quantity` in units, below zero on a refund; `amount` of the line in rupiah. */
export interface NewItem extends Pick<SaleItem, 'product_id' | 'product_name' | 'unit' | 'quantity' | 'price'> {
  readonly amount: number | null
}

/** In the given order, which the receipt keeps. */
export async function insertItems(tx: Queryable, transactionId: number, items: readonly NewItem[]): Promise<void> {
  const records = items.map((item) => ({ ...item, transaction_id: transactionId }))
  await insertRecords(tx, 'transaction_items', records)
}

export interface NewPayment
  extends Pick<Payment, 'payment_method' | 'amount' | 'created_at_device'>,
    Partial<Pick<Payment, 'offline_id' | 'tendered' | 'reference'>> {
  readonly implied?: boolean
}

/** Resolves to the row's id. */
export async function insertPayment(tx: Queryable, transactionId: number, payment: NewPayment): Promise<number> {
  return insertRecord(tx, 'transaction_payments', { ...payment, transaction_id: transactionId })
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

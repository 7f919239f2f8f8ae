import type { Transaction, TransactionQuery } from '../../src/contract/transactions.ts'
import type { Queryable } from '../database.ts'

export interface TransactionListRequest extends TransactionQuery {
  readonly branchId: number
  readonly limit: number
}

const ITEMS = `
  SELECT jsonb_agg(jsonb_build_object(
           'product_id', i.product_id, 'quantity', trim_scale(i.quantity), 'price', i.price, 'product_name', i.product_name,
           'unit', i.unit, 'discount', i.discount, 'note', i.note) ORDER BY i.id)
    FROM transaction_items i WHERE i.transaction_id = t.id`

const PAYMENTS = `
  SELECT jsonb_agg(jsonb_build_object(
           'offline_id', p.offline_id, 'payment_method', p.payment_method, 'amount', p.amount, 'reference', p.reference,
           'tendered', p.tendered) ORDER BY p.id)
    FROM transaction_payments p WHERE p.transaction_id = t.id`

const VOIDED = `
  SELECT jsonb_build_object('offline_id', v.offline_id, 'reason', v.reason, 'created_at', iso_utc(v.occurred_at),
                            'staff_id', v.staff_id, 'approved_by', v.approved_by, 'amount', v.amount)
    FROM voids v WHERE v.transaction_id = t.id`

const REFUNDS = `
  SELECT jsonb_agg(jsonb_build_object(
           'id', r.id, 'offline_id', r.offline_id, 'offline_reference', r.offline_reference,
           'transaction_code', r.transaction_code, 'refund_total', -r.grand_total,
           'payment_method', coalesce(r.payment_method, ''), 'reason', r.reason, 'created_at', iso_utc(r.created_at),
           'created_at_device', iso_utc(r.created_at_device), 'staff_id', r.staff_id,
           'items', (SELECT coalesce(jsonb_agg(jsonb_build_object('product_id', i.product_id,
                              'quantity', trim_scale(-i.quantity), 'amount', -coalesce(i.amount, 0)) ORDER BY i.id), '[]')
                       FROM transaction_items i WHERE i.transaction_id = r.id)) ORDER BY r.id)
    FROM transactions r WHERE r.refund_of = t.id`

/**
 * The branch's sales that match, newest first, each with its items, payments, void and refunds. `day` is the shop's, of the
 * time that can be believed (docs/selling.md).
 */
export async function listTransactions(db: Queryable, request: TransactionListRequest): Promise<Transaction[]> {
  return db.query<Transaction>(
    `SELECT t.id, t.transaction_code, t.offline_id, t.offline_reference, t.status, t.grand_total,
            coalesce((${ITEMS}), '[]') AS items, coalesce((${PAYMENTS}), '[]') AS payments,
            t.device_id, t.created_by, t.created_at, t.created_at_device, t.op, t.payment_status,
            t.subtotal, t.discount_total, t.cart_discount, t.tax_total, t.rounding_total,
            CASE WHEN t.tax_rate_bp IS NOT NULL
              THEN jsonb_build_object('rate_bp', t.tax_rate_bp, 'included', t.tax_included) END AS tax,
            t.note, t.staff_id, t.approved_by, t.shift_offline_id,
            (SELECT s.name FROM staff s WHERE s.id = t.staff_id AND s.branch_id = t.branch_id) AS staff_name,
            (${VOIDED}) AS voided, coalesce((${REFUNDS}), '[]') AS refunds
       FROM transactions t
      WHERE t.branch_id = $1 AND t.refund_of IS NULL
        AND ($2::bigint IS NULL OR t.id < $2)
        AND ($3::text IS NULL OR t.device_id = $3)
        AND ($4::date IS NULL OR shop_day(t.occurred_at) = $4)
        AND ($5::uuid IS NULL OR t.offline_id = $5)
        AND ($6::text = '' OR strpos(lower(concat_ws(' ', t.transaction_code, t.offline_reference, t.offline_id, t.grand_total)), lower($6)) > 0
             OR EXISTS (SELECT FROM transaction_items i
                         WHERE i.transaction_id = t.id AND strpos(lower(i.product_name), lower($6)) > 0)
             OR EXISTS (SELECT FROM transaction_payments p
                         WHERE p.transaction_id = t.id AND strpos(lower(p.reference), lower($6)) > 0)
             OR EXISTS (SELECT FROM transactions r
                         WHERE r.refund_of = t.id
                           AND strpos(lower(concat_ws(' ', r.transaction_code, r.offline_reference)), lower($6)) > 0))
      ORDER BY t.id DESC LIMIT $7`,
    [
      request.branchId,
      request.before_id ?? null,
      request.device_id ?? null,
      request.day ?? null,
      request.offline_id ?? null,
      request.text?.trim() ?? '',
      request.limit,
    ],
  )
}

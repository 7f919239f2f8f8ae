import type { Transaction, TransactionQuery } from '../../src/contract/transactions.ts'
import type { Queryable } from '../database.ts'

export interface TransactionListRequest extends TransactionQuery {
  readonly branchId: number
  readonly limit: number
}

/**
 * The branch's sales that match, newest first, each with its items, payments, void and refunds. `day` is the shop's, of the
 * time that can be believed (docs/selling.md).
 */
export async function listTransactions(db: Queryable, request: TransactionListRequest): Promise<Transaction[]> {
  const rows = await db.query<{ sale: Transaction }>(
    `SELECT transaction_json(t) || jsonb_build_object('staff_name',
              (SELECT s.name FROM staff s WHERE s.id = t.staff_id AND s.branch_id = t.branch_id)) AS sale
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
  return rows.map(({ sale }) => sale)
}

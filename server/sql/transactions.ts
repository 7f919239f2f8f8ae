import type { Transaction } from '../../src/contract/rest.ts'
import type { Queryable } from '../database.ts'

/** The branch's transactions with items and payments, newest first. */
export async function listTransactions(
  db: Queryable,
  { branchId, limit }: { branchId: number; limit: number },
): Promise<Transaction[]> {
  return db.query<Transaction>(
    `SELECT t.id, t.transaction_code, t.offline_id, t.offline_reference, t.status, t.grand_total,
            coalesce((
              SELECT jsonb_agg(jsonb_build_object('product_id', i.product_id, 'quantity', trim_scale(i.quantity),
                                                  'price', i.price) ORDER BY i.id)
                FROM transaction_items i WHERE i.transaction_id = t.id
            ), '[]') AS items,
            coalesce((
              SELECT jsonb_agg(jsonb_build_object('payment_method', p.payment_method, 'amount', p.amount) ORDER BY p.id)
                FROM transaction_payments p WHERE p.transaction_id = t.id
            ), '[]') AS payments,
            t.device_id, t.created_by, t.created_at, t.created_at_device
       FROM transactions t WHERE t.branch_id = $1 ORDER BY t.id DESC LIMIT $2`,
    [branchId, limit],
  )
}

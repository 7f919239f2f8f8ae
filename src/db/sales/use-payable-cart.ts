import { useLiveQuery } from '../use-live-query.ts'
import { type PayableCart, readPayableCart } from './cart-payment.ts'
import type { SalesDb } from './sales-db.ts'

/** Live. Undefined while loading, null when there is no such cart. */
export function usePayableCart(db: SalesDb, cartId: string): PayableCart | null | undefined {
  return useLiveQuery(db, () => readPayableCart(db, cartId), [db, cartId])
}

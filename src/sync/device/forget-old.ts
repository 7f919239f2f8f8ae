/**
 * Forgets what nobody needs any more, so that a tablet that stays open for years does not fill up. What has no verdict of the
 * server is never forgotten, whatever its age, nor the opening of a shift that is still open.
 */
import { trimKeptSales } from '../../db/branch-sales.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { pruneLearned } from '../../db/learned.ts'
import { trimApprovals } from '../../db/sales/approvals.ts'
import { trimCarts } from '../../db/sales/carts.ts'
import { trimOperations } from '../../db/sales/operations.ts'
import { readOpenOperations } from '../../db/sales/read-operations.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'

/**
 * Sales, voids, refunds, shifts and cash movements that the server has, and carts that nobody has touched: longer than settled
 * operations are sent again on a new epoch (rule C8), so that this never takes one that may be needed.
 */
export const HISTORY_KEPT_DAYS = 45
/** Permissions are kept nowhere else, and are small. */
const APPROVALS_KEPT_DAYS = 400
const DAY_MS = 24 * 60 * 60 * 1000

/** Rejects when the disk refuses; what was forgotten until then is gone, and the next time goes on. */
export async function forgetOld(dbs: { readonly cache: CacheDb; readonly sales: SalesDb }, now: number): Promise<void> {
  const before = now - HISTORY_KEPT_DAYS * DAY_MS
  await trimOperations(dbs.sales, before)
  await trimCarts(dbs.sales, before)
  await trimApprovals(dbs.sales, now - APPROVALS_KEPT_DAYS * DAY_MS)
  await trimKeptSales(dbs.cache, now)
  await pruneLearned(dbs.cache, now - DAY_MS, (ids) => readOpenOperations(dbs.sales, ids))
}

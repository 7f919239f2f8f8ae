import type { SalesDb } from './sales-db.ts'
import type { OperationState } from './sales-rows.ts'

/** The server has these, or never will: a revoked device does not need them. */
const ENDED: readonly OperationState[] = ['accepted', 'settled', 'cancelled']
/** Who is signed in and what is known of them. Receipt numbers go on: a device that comes back repeats none (rule Q6). */
const PERSONAL = ['session', 'pin_attempts', 'sign_ins'] as const

/**
 * Deletes what a revoked device does not need (rule Q12): its history, carts, permissions, who is signed in. Everything without a
 * verdict that ends it stays, whole (rules Q3, Q7). Resolves to how many records those are.
 */
export async function keepUnsentOnly(db: SalesDb): Promise<number> {
  return await db.transaction('rw', db.tables, async () => {
    const ended = await db.operations.filter(({ state }) => ENDED.includes(state)).primaryKeys()
    const gone = new Set(ended)
    await db.operations.bulkDelete(ended)
    await db.effects.filter(({ offline_id: id }) => gone.has(id)).delete()
    await Promise.all([db.carts.clear(), db.approvals.clear()])
    await db.meta.bulkDelete([...PERSONAL])
    return await db.operations.count()
  })
}

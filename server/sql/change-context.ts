import type { Queryable } from '../database.ts'

/** Who changes records and why. The triggers write it into the events (specification section 1). */
export interface ChangeContext {
  /** `user_5`, `DEV-…` or a program. */
  readonly updatedBy: string
  /** `transaction`, `adjustment`, … */
  readonly reason: string
  readonly transactionId?: number
  readonly offlineId?: string
  readonly op?: 'sale' | 'void' | 'refund'
}

/** Holds until the transaction ends or another context is set; outside of a transaction it would hold for nothing. */
export async function setChangeContext(tx: Queryable, context: ChangeContext): Promise<void> {
  await tx.query(
    `SELECT set_config('mstore.updated_by', $1, true), set_config('mstore.reason', $2, true),
            set_config('mstore.transaction_id', $3, true), set_config('mstore.offline_id', $4, true),
            set_config('mstore.op', $5, true)`,
    [
      context.updatedBy,
      context.reason,
      context.transactionId === undefined ? '' : String(context.transactionId),
      context.offlineId ?? '',
      context.op ?? '',
    ],
  )
}

/** What voiding a sale means for the queue (rule Q3). Runs within the transaction that stores it. */
import type { Decision, NewOperation, OperationRow, VoidStep } from '../../db/sales/sales-rows.ts'
import { stepOperation } from './queue.pure.ts'
import type { Deltas } from './stock-deltas.pure.ts'

export interface VoidRequest {
  /** The void as an operation of its own, giving these goods back. */
  readonly operation: (deltas: Deltas) => NewOperation
  /** What is left to give back: sold less refunded. */
  readonly deltas: Deltas
  readonly decision: Decision
  /** Client time, ms. */
  readonly now: number
}

/**
 * - never sent: the sale ends here, with everything about it, and is kept as a record.
 * - refused: it ends here too. Unless the server has something else under its id, a void goes up all the same: should the sale
 *   ever arrive, it is void there.
 * - anything else, and a sale of another counter: a void is queued; the sale stays what it is and names its void.
 */
export function planVoid(
  sale: OperationRow | undefined,
  about: readonly OperationRow[],
  request: VoidRequest,
): VoidStep {
  if (!sale) {
    const isVoided = about.some(({ kind, state }) => kind === 'void' && state !== 'cancelled')
    return isVoided ? { kind: 'refuse' } : { kind: 'queue', operation: request.operation(request.deltas), rows: [] }
  }
  if (sale.kind !== 'sale' || sale.state === 'cancelled' || sale.voided_by !== '') return { kind: 'refuse' }
  const decisions = [...sale.decisions, request.decision]
  const cancelled = stepOperation({ ...sale, decisions }, { type: 'cancel', now: request.now })
  if (!cancelled) {
    const operation = request.operation(request.deltas)
    return { kind: 'queue', operation, rows: [{ ...sale, decisions, voided_by: operation.offlineId }] }
  }
  // What ends with the sale ends by the same decision, in the shift in which that was taken.
  const others = about.flatMap(
    (row) =>
      stepOperation(
        { ...row, decisions: [...row.decisions, request.decision] },
        { type: 'cancel', now: request.now },
      ) ?? [],
  )
  if (sale.state === 'queued' || sale.error?.kind === 'data_mismatch')
    return { kind: 'cancel', rows: [cancelled, ...others] }
  // Nothing was taken from stock there, so nothing is given back.
  const operation = request.operation(new Map())
  return { kind: 'queue', operation, rows: [{ ...cancelled, voided_by: operation.offlineId }, ...others] }
}

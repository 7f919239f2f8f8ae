/** Operations as the body of batch-sync, and its answer as verdicts on them (specification section 3, rules Q2, Q5). */
import type { BatchSyncOutcome, BatchSyncRequest, SyncResult } from '../../contract/batch-sync.ts'
import type { OperationKind, OperationResult, OperationRow } from '../../db/sales/sales-rows.ts'
import type { QueueEvent } from './queue.pure.ts'

/** @param syncedAt time of sending, ISO 8601; the server leaves it out when it compares contents */
export function toBatchRequest(
  operations: readonly OperationRow[],
  deviceId: string,
  syncedAt: string,
): BatchSyncRequest {
  const contents = operations.map(({ content }) => content)
  return {
    device_id: deviceId,
    synced_at: syncedAt,
    transactions: contents.flatMap((content) => (content.type === 'sale' ? content.sale : [])),
    payments: contents.flatMap((content) => (content.type === 'sale' ? content.payments : [])),
    voids: contents.flatMap((content) => (content.type === 'void' ? content.void : [])),
    refunds: contents.flatMap((content) => (content.type === 'refund' ? content.refund : [])),
    shifts: contents.flatMap((content) => (content.type === 'shift' ? content.shift : [])),
    cash_movements: contents.flatMap((content) => (content.type === 'cash_movement' ? content.movement : [])),
  }
}

/** The first of these whose contents are this many bytes of JSON together; one at least. */
export function takeBytes(operations: readonly OperationRow[], bytes: number): readonly OperationRow[] {
  let sum = 0
  const tooMany = operations.findIndex(({ content }, index) => {
    sum += JSON.stringify(content).length
    return index > 0 && sum > bytes
  })
  return tooMany === -1 ? operations : operations.slice(0, tooMany)
}

const RESULT_TYPES: Record<OperationKind, SyncResult['type']> = {
  sale: 'transaction',
  void: 'void',
  refund: 'refund',
  shift: 'shift',
  cash_movement: 'cash_movement',
}

/**
 * The server's verdict on one operation; null when the answer has none, which is no verdict at all. A sale whose payment was
 * refused is not accepted.
 */
export function verdictOn(
  operation: OperationRow,
  outcome: BatchSyncOutcome,
  now: number,
  nextAttemptAt: number,
): QueueEvent | null {
  const own = outcome.results.find(
    ({ offline_id: id, type }) => id === operation.offline_id && type === RESULT_TYPES[operation.kind],
  )
  if (!own) return null
  const result = own.success ? (refusedPayment(operation, outcome) ?? own) : own
  if (result.success) return { type: 'accept', result: toResult(own, outcome, now) }
  const error = { kind: result.error_kind ?? 'invalid', message: result.error ?? '', at: now } as const
  if (error.kind === 'unavailable') return { type: 'fail', error, nextAttemptAt }
  const conflict = outcome.conflicts.find(({ offline_id: id }) => id === operation.offline_id)
  return { type: 'refuse', error, conflictId: conflict ? String(conflict.conflict_id) : null }
}

export function toResult(
  result: SyncResult,
  answer: { readonly epoch?: string | null | undefined },
  now: number,
): OperationResult {
  return {
    server_id: result.server_id,
    transaction_code: result.transaction_code,
    epoch: result.epoch ?? answer.epoch ?? null,
    seq: result.seq,
    versions: result.versions ?? {},
    at: now,
  }
}

function refusedPayment({ content }: OperationRow, { results }: BatchSyncOutcome): SyncResult | undefined {
  if (content.type !== 'sale') return undefined
  const ids = new Set<string | null>(content.payments.map(({ offline_id: id }) => id))
  return results.find(({ type, success, offline_id: id }) => type === 'payment' && !success && ids.has(id))
}

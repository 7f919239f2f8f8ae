/** What each item of a request came to, and the answer that says so. */
import type { BatchSyncOutcome, RefusalKind, SyncResult } from '../../src/contract/batch-sync.ts'
import type { CommitPositions, StoredResult } from '../sql/operations.ts'
import type { ItemName } from './read-batch.ts'

export interface Acceptance {
  readonly success: true
  /** The operation that holds the result: not the item's own after a conflict was decided for the counter. */
  readonly bookedAs: string
  readonly result: StoredResult
}

export interface Refused {
  readonly success: false
  readonly kind: RefusalKind
  readonly message: string
  readonly conflictId?: number
}

export type Verdict = Acceptance | Refused

export const unavailable: Refused = {
  success: false,
  kind: 'unavailable',
  message: 'The server could not book this now; send it again',
}

/** Results in the order of the request. `positions` are of after the last commit. */
export function toOutcome(
  names: readonly ItemName[],
  verdicts: ReadonlyMap<number, Verdict>,
  positions: CommitPositions,
  now: number,
): BatchSyncOutcome {
  const results = names.map((name, place) => toResult(name, verdicts.get(place) ?? unavailable, positions))
  const successCount = results.filter(({ success }) => success).length
  const conflicts = names.flatMap(({ offlineId }, place) => {
    const verdict = verdicts.get(place)
    if (!verdict || verdict.success || verdict.conflictId === undefined) return []
    return {
      conflict_id: verdict.conflictId,
      offline_id: offlineId,
      conflict_type: 'data_mismatch' as const,
      resolution_strategy: 'keep_server' as const,
    }
  })
  return {
    success: successCount === results.length,
    total_items: results.length,
    success_count: successCount,
    failed_count: results.length - successCount,
    results,
    conflicts,
    synced_at: new Date(now).toISOString(),
    epoch: positions.epoch,
  }
}

export function toResult({ type, offlineId }: ItemName, verdict: Verdict, positions: CommitPositions): SyncResult {
  const nothing = { server_id: null, transaction_code: null, seq: null, versions: null }
  const common = { offline_id: offlineId, type, epoch: positions.epoch }
  if (!verdict.success) {
    return {
      ...common,
      ...nothing,
      success: false,
      error: verdict.message,
      error_kind: verdict.kind,
      conflict_detected: verdict.kind === 'data_mismatch',
    }
  }
  return {
    ...common,
    success: true,
    server_id: verdict.result.serverId,
    transaction_code: verdict.result.transactionCode,
    error: null,
    error_kind: null,
    conflict_detected: false,
    seq: positions.seqs.get(verdict.bookedAs) ?? null,
    versions: verdict.result.versions,
  }
}

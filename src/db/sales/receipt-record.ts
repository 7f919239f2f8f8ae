import { useLiveQuery } from '../use-live-query.ts'
import type { SalesDb } from './sales-db.ts'
import type { OperationRow } from './sales-rows.ts'

/** What a receipt is written from, as far as this device knows it. */
export interface ReceiptRecord {
  /** The sale, void or refund itself. */
  readonly operation: OperationRow
  /** For a void or refund: its sale, when that was made here. */
  readonly subject: OperationRow | null
  /** For a sale: what was recorded about it here since, oldest first. */
  readonly since: readonly OperationRow[]
}

/** Null: this device has recorded nothing under that id. */
export async function readReceiptRecord(db: SalesDb, offlineId: string): Promise<ReceiptRecord | null> {
  const table = db.operations
  return await db.transaction('r', table, async () => {
    const operation = await table.get(offlineId)
    if (!operation) return null
    const [subject, since] = await Promise.all([
      operation.about === '' ? undefined : table.get(operation.about),
      table.where('about').equals(offlineId).sortBy('place'),
    ])
    return { operation, subject: subject ?? null, since }
  })
}

/** Live, so that the receipt says at once that the server has it. Undefined while loading. */
export function useReceiptRecord(db: SalesDb, offlineId: string): ReceiptRecord | null | undefined {
  return useLiveQuery(db, () => readReceiptRecord(db, offlineId), [db, offlineId])
}

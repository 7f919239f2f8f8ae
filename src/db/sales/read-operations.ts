/** What stands in the queue and beside it: operations by their state, their id and what they are about. Nothing is written here. */
import type { SalesDb } from './sales-db.ts'
import { readSalesMeta } from './sales-meta.ts'
import type { OperationRow, OperationState } from './sales-rows.ts'

/** Those that wait for the server, oldest first. */
export async function readWaiting(db: SalesDb, branchCode: string, limit: number): Promise<OperationRow[]> {
  const rows = await Promise.all(
    (['queued', 'sending'] as const).map((state) =>
      // A tablet that came from another branch may hold any number of that one's.
      inState(db, state)
        .filter((row) => row.branch_code === branchCode)
        .limit(limit)
        .toArray(),
    ),
  )
  return rows.flat().toSorted((a, b) => a.place - b.place)
}

export async function readInState(db: SalesDb, state: OperationState): Promise<OperationRow[]> {
  return await inState(db, state).toArray()
}

/** Which of these operations are stored here (rule D2). */
export async function readOwnOperations(db: SalesDb, offlineIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.operations.where('offline_id').anyOf(offlineIds).primaryKeys()
  return new Set(rows)
}

/** Everything that has no verdict, or those of it that are named; in the order of recording. */
export async function readUnsent(db: SalesDb, offlineIds?: readonly string[]): Promise<OperationRow[]> {
  const rows = await Promise.all(
    (['queued', 'sending', 'needs-decision'] as const).map((state) => inState(db, state).toArray()),
  )
  const wanted = offlineIds && new Set(offlineIds)
  return rows
    .flat()
    .filter(({ offline_id: id }) => !wanted || wanted.has(id))
    .toSorted((a, b) => a.place - b.place)
}

/** A sale with everything that voids or refunds it. */
export async function readAbout(db: SalesDb, saleId: string): Promise<OperationRow[]> {
  const [sale, about] = await Promise.all([
    db.operations.get(saleId),
    db.operations.where('about').equals(saleId).toArray(),
  ])
  return sale ? [sale, ...about] : about
}

/** Those of these operations that are here, by their offline ids. */
export async function readOperations(
  db: SalesDb,
  offlineIds: readonly string[],
): Promise<ReadonlyMap<string, OperationRow>> {
  const rows = await db.operations.bulkGet([...new Set(offlineIds)])
  return new Map(rows.flatMap((row) => (row ? [[row.offline_id, row]] : [])))
}

/** Which of these operations are not at their end. */
export async function readOpenOperations(db: SalesDb, offlineIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.operations.bulkGet([...offlineIds])
  return new Set(
    rows.flatMap((row) => (row && row.state !== 'settled' && row.state !== 'cancelled' ? row.offline_id : [])),
  )
}

function inState(db: SalesDb, state: OperationState) {
  return db.operations.where('[state+place]').between(...rangeOf(state))
}

/** Of the index `[state+place]`. `unreadable`: src/db/sales/unreadable.ts. */
export function rangeOf(state: OperationState | 'unreadable'): [[string, number], [string, number]] {
  return [
    [state, 0],
    [state, Number.MAX_SAFE_INTEGER],
  ]
}

/** The last one given out. Where it was lost, that of the last row. */
export async function readPlace(db: SalesDb): Promise<number> {
  const kept = (await readSalesMeta(db, 'place'))?.value
  if (kept !== undefined) return kept
  return (await db.operations.where('place').between(0, Number.MAX_SAFE_INTEGER).last())?.place ?? 0
}

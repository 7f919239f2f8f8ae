import { useLiveQuery } from '../use-live-query.ts'
import type { FailureRow } from './failure-row.ts'
import { readFailures } from './failures.ts'
import type { JournalDb } from './journal-db.ts'

/** Newest first, live in every tab. Undefined while loading, and null when the journal itself can't be read. */
export function useFailures(db: JournalDb, limit: number): FailureRow[] | null | undefined {
  return useLiveQuery(db, () => readFailures(db, limit).catch(() => null), [db, limit])
}

import { useLiveQuery } from '../use-live-query.ts'
import { readNewestUpdates } from './applied-updates.ts'
import type { JournalDb } from './journal-db.ts'
import type { AppliedUpdate } from './update-row.ts'

/** Newest first, live in every tab. Undefined while loading, and null when the log can't be read. */
export function useUpdates(db: JournalDb, limit: number): readonly AppliedUpdate[] | null | undefined {
  return useLiveQuery(db, () => readNewestUpdates(db, limit).catch(() => null), [db, limit])
}

/** The kept failures: what support reads. Bounded in rows and characters, shared by all tabs and the service worker. */
import { useLiveQuery } from '../live-query.ts'
import type { FailureRow } from './failure-row.ts'
import type { JournalDb } from './journal-db.ts'

export const FAILURES_KEPT = 300

export type NewFailure = Omit<FailureRow, 'key'>

/**
 * Appends failures, oldest first, and drops the oldest beyond FAILURES_KEPT, in one transaction. One that says the same as the
 * last stored is counted there. Rejects when the disk refuses.
 */
export async function appendFailures(db: JournalDb, failures: readonly NewFailure[]): Promise<void> {
  await db.transaction('rw', db.failures, async () => {
    const last = await db.failures.orderBy(':id').last()
    const [first, ...later] = failures
    if (!first) return
    if (last?.key !== undefined && last.kind === first.kind && last.text === first.text) {
      const times = last.times + first.times
      await db.failures.put({ ...last, times, last_at: Math.max(last.last_at, first.last_at) })
      await db.failures.bulkAdd(later)
    } else {
      await db.failures.bulkAdd([first, ...later])
    }
    const surplus = (await db.failures.count()) - FAILURES_KEPT
    if (surplus > 0) await db.failures.orderBy(':id').limit(surplus).delete()
  })
}

/** Newest first. */
export async function readFailures(db: JournalDb, limit = FAILURES_KEPT): Promise<FailureRow[]> {
  return await db.failures.orderBy(':id').reverse().limit(limit).toArray()
}

export async function clearFailures(db: JournalDb): Promise<void> {
  await db.transaction('rw', db.failures, async () => {
    await db.failures.clear()
  })
}

/** Newest first, live in every tab. Undefined while loading, and null when the journal itself can't be read. */
export function useFailures(db: JournalDb, limit: number): FailureRow[] | null | undefined {
  return useLiveQuery(db, () => readFailures(db, limit).catch(() => null), [db, limit])
}

/** The kept failures: what support reads. Bounded in rows and characters, shared by all tabs and the service worker. */
import { dequal } from 'dequal/lite'
import { type FailureRow, isWholeFailure } from './failure-row.ts'
import type { JournalDb } from './journal-db.ts'

export const FAILURES_KEPT = 300

export type NewFailure = Omit<FailureRow, 'key'>

/** What takes turns, as server and broker do while a network is away, is counted as well. */
const COUNTED_AMONG = 5

/**
 * Appends failures, oldest first, and drops the oldest beyond FAILURES_KEPT, in one transaction. One that says the same as one of
 * the last stored is counted there. Rejects when the disk refuses.
 */
export async function appendFailures(db: JournalDb, failures: readonly NewFailure[]): Promise<void> {
  let written: readonly FailureRow[] | null = null
  await db.transaction('rw', db.failures, async () => {
    const last = await readFailures(db, COUNTED_AMONG)
    // Tried once more because the connection was lost, and the first time had come through.
    if (dequal(last, written)) return
    const fresh: NewFailure[] = []
    const counted: FailureRow[] = []
    for (const failure of failures) {
      const known = last.find(({ kind, text }) => kind === failure.kind && text === failure.text)
      if (!known) fresh.push(failure)
      else {
        const times = known.times + failure.times
        counted.push({ ...known, times, last_at: Math.max(known.last_at, failure.last_at) })
      }
    }
    await Promise.all([
      counted.length > 0 && db.failures.bulkPut(counted),
      fresh.length > 0 && db.failures.bulkAdd(fresh),
    ])
    const surplus = (await db.failures.count()) - FAILURES_KEPT
    if (surplus > 0) await db.failures.orderBy(':id').limit(surplus).delete()
    written = await readFailures(db, COUNTED_AMONG)
  })
}

/** Those that began last come first. */
export async function readFailures(db: JournalDb, limit = FAILURES_KEPT): Promise<FailureRow[]> {
  return await db.failures.orderBy(':id').reverse().filter(isWholeFailure).limit(limit).toArray()
}

export async function clearFailures(db: JournalDb): Promise<void> {
  await db.transaction('rw', db.failures, async () => {
    await db.failures.clear()
  })
}

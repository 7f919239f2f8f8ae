/// <reference lib="webworker" />
/** The failure journal and the log of updates as the service worker writes them: opened for one piece of work, and written before the worker may stop. */
import { JOURNAL_DB_NAME, JournalDb } from '../db/journal/journal-db.ts'
import { createFailureJournal, type KeptFailureJournal } from '../sync/health/failure-journal.ts'
import { createUpdateLog, type UpdateLog } from '../sync/health/update-log.ts'
import type { FailureJournal } from '../sync/ports.ts'
import { systemClock } from '../sync/system-clock.ts'
import { within } from '../sync/timers.ts'

/** What the disk has for the last lines. */
const FLUSH_MS = 5_000

export async function withJournal<T>(work: (journal: FailureJournal, updates: UpdateLog) => Promise<T>): Promise<T> {
  const db = new JournalDb(JOURNAL_DB_NAME)
  const journal = createFailureJournal(db, systemClock)
  const updates = createUpdateLog(db, systemClock, journal)
  try {
    return await work(journal, updates)
  } finally {
    // A frozen tab of the version before may hold up the opening for good, and the work is done.
    await within(systemClock, FLUSH_MS, flush(journal, updates))
    db.close()
  }
}

/** In this order: what the disk refuses of the updates is noted. */
async function flush(journal: KeptFailureJournal, updates: UpdateLog): Promise<void> {
  await updates.flush()
  await journal.flush()
}

/** Notes what no handler of the worker caught. */
export function watchWorkerErrors(worker: ServiceWorkerGlobalScope): void {
  const note = (what: string, error: unknown) =>
    void withJournal(async (journal) => journal.note('worker', `Service worker, ${what}`, error))
  worker.addEventListener('error', ({ error, message }) => note('uncaught', error ?? message))
  worker.addEventListener('unhandledrejection', ({ reason }) => note('unhandled rejection', reason))
}

/// <reference lib="webworker" />
/** The failure journal as the service worker writes it: opened for one piece of work, and written before the worker may stop. */
import { JOURNAL_DB_NAME, JournalDb } from '../db/journal/journal-db.ts'
import { createFailureJournal } from '../sync/health/failure-journal.ts'
import type { FailureJournal } from '../sync/ports.ts'
import { systemClock } from '../sync/system-clock.ts'

export async function withJournal<T>(work: (journal: FailureJournal) => Promise<T>): Promise<T> {
  const db = new JournalDb(JOURNAL_DB_NAME)
  const journal = createFailureJournal(db, systemClock)
  try {
    return await work(journal)
  } finally {
    await journal.flush()
    db.close()
  }
}

/** Notes what no handler of the worker caught. */
export function watchWorkerErrors(worker: ServiceWorkerGlobalScope): void {
  const note = (what: string, error: unknown) =>
    void withJournal(async (journal) => journal.note('worker', `Service worker, ${what}`, error))
  worker.addEventListener('error', ({ error, message }) => note('uncaught', error ?? message))
  worker.addEventListener('unhandledrejection', ({ reason }) => note('unhandled rejection', reason))
}

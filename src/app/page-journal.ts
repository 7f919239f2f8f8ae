/** The failure journal of a page. It also records uncaught errors, from the first moment on. */
import { JOURNAL_DB_NAME, JournalDb } from '../db/journal/journal-db.ts'
import { createFailureJournal } from '../sync/health/failure-journal.ts'
import type { FailureJournal } from '../sync/ports.ts'
import { systemClock } from '../sync/system-clock.ts'
import { onPage } from '../ui/page-life.ts'

export interface PageJournal {
  /** Opened at first use, so that the start does not wait for it. */
  readonly db: JournalDb
  readonly journal: FailureJournal
}

export function createPageJournal(): PageJournal {
  const db = new JournalDb(JOURNAL_DB_NAME)
  const journal = createFailureJournal(db, systemClock)
  window.addEventListener('error', ({ error, message }) =>
    journal.note('crash', 'Uncaught', withPlace(error ?? message)),
  )
  window.addEventListener('unhandledrejection', ({ reason }) =>
    journal.note('crash', 'Unhandled rejection', withPlace(reason)),
  )
  // After these events the browser may end the page without another event.
  onPage(['kept', 'left', 'shown', 'hidden'], () => void journal.flush())
  return { db, journal }
}

/** Adds the first lines of the stack: the message alone rarely says where the error happened. */
export function withPlace(error: unknown): unknown {
  if (!(error instanceof Error) || !error.stack) return error
  const text = `${error.name}: ${error.message}`
  const frames = error.stack.replace(text, '').trim().split('\n').slice(0, 3)
  return [text, ...frames].join(' ')
}

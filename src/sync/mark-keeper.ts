/**
 * Keeps the server's last word on how far its log has come (rule S6). It is shown to the server whenever changes are asked for: a
 * server whose database was taken back learns it from this counter, and begins a new life of the log.
 */
import type { CacheDb } from '../db/cache-db.ts'
import { readMeta, writeMeta } from '../db/meta.ts'
import type { LogMark } from '../db/rows.ts'
import type { FailureJournal } from './ports.ts'

/** Only a word on more of the same life, or on another life, replaces one. */
export function isNewerMark(known: LogMark | null, mark: LogMark): boolean {
  return known === null || known.epoch !== mark.epoch || mark.seq > known.seq
}

export function createMarkKeeper({ db, journal }: { readonly db: CacheDb; readonly journal: FailureJournal }) {
  let known: LogMark | null = null
  let isWriting = false

  /** What is said meanwhile is written next. Without a database it is kept for as long as the page lives. */
  async function store(): Promise<void> {
    if (isWriting) return
    isWriting = true
    try {
      for (let written: LogMark | null = null; known !== null && written !== known; ) {
        written = known
        await writeMeta(db, 'mark', written)
      }
    } catch (error) {
      journal.note('storage', 'Mark', error)
    } finally {
      isWriting = false
    }
  }

  return {
    async load(): Promise<void> {
      const stored = await readMeta(db, 'mark')
      if (stored && isNewerMark(known, stored)) known = stored
    },
    hear(mark: LogMark): void {
      if (!isNewerMark(known, mark)) return
      known = mark
      void store()
    },
    /** What to show the server while this life is followed here; null: nothing. */
    of(epoch: string | null): string | null {
      return known !== null && known.epoch === epoch ? known.text : null
    },
  }
}

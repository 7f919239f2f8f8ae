/**
 * Keeps the server's last word on how far its log has come (rule S6). It is shown to the server whenever changes are asked for: a
 * server whose database was taken back learns it from this counter, and begins a new life of the log.
 */
import type { CacheDb } from '../../db/cache-db.ts'
import { readMeta, writeMeta } from '../../db/meta.ts'
import type { LogMark } from '../../db/rows.ts'
import type { FailureJournal } from '../ports.ts'

/** Only a word on more of the same life, or on another life, replaces one. */
export function isNewerMark(known: LogMark | null, mark: LogMark): boolean {
  return known === null || known.epoch !== mark.epoch || mark.seq > known.seq
}

export function createMarkKeeper({
  db,
  verdictMark,
  journal,
}: {
  readonly db: CacheDb
  /** The last one that came with a verdict; that is stored with the sales. */
  readonly verdictMark: () => Promise<LogMark | undefined>
  readonly journal: FailureJournal
}) {
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
    async of(epoch: string | null): Promise<string | null> {
      // Without the sales database there is still what the log said.
      const ofVerdict = await verdictMark().catch(() => undefined)
      // Both: an upload that goes first must not hide what the log had said before.
      const shown = [known, ofVerdict].flatMap((mark) => (mark && mark.epoch === epoch ? mark.text : []))
      return shown.length > 0 ? [...new Set(shown)].join(',') : null
    },
  }
}

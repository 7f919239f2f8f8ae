/**
 * Keeps the server's newest mark (rule S6) and shows it to the server whenever changes are asked for. A server whose database was taken
 * back learns from it how far its log had come, and begins a new epoch.
 */
import type { CacheDb } from '../../db/cache-db.ts'
import { commitMeta } from '../../db/commit-rows.ts'
import { readMeta } from '../../db/meta.ts'
import type { LogMark } from '../../db/rows.ts'
import type { FailureJournal } from '../ports.ts'

/** True when `mark` replaces the known one: it is further in the same epoch, or of another epoch. */
export function isNewerMark(known: LogMark | null, mark: LogMark): boolean {
  return known === null || known.epoch !== mark.epoch || mark.seq > known.seq
}

export function createMarkKeeper({
  db,
  deviceId,
  verdictMark,
  journal,
}: {
  readonly db: CacheDb
  /** Whose log it is. */
  readonly deviceId: string
  /** The last mark that came with a verdict; it is stored in the sales database. */
  readonly verdictMark: () => Promise<LogMark | undefined>
  readonly journal: FailureJournal
}) {
  let known: LogMark | null = null
  let isWriting = false

  /** A mark that comes during a write is written next. Without a database it is kept for as long as the page lives. */
  async function store(): Promise<void> {
    if (isWriting) return
    isWriting = true
    try {
      for (let written: LogMark | null = null; known !== null && written !== known; ) {
        written = known
        await commitMeta(db, deviceId, 'mark', written)
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
    /** What to show to the server while this epoch is followed; null when there is nothing. */
    async of(epoch: string | null): Promise<string | null> {
      // If the sales database does not answer, show what came with the log.
      const ofVerdict = await verdictMark().catch(() => undefined)
      // Show both: the verdict of an upload must not hide what came with the log before.
      const shown = [known, ofVerdict].flatMap((mark) => (mark && mark.epoch === epoch ? mark.text : []))
      return shown.length > 0 ? [...new Set(shown)].join(',') : null
    },
  }
}

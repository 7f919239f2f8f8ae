/**
 * What went wrong, kept on the device for support: it outlives reloads and is one for all tabs and the service worker. Noting
 * something costs next to nothing, whatever comes in: equal ones are counted, and the disk is touched at most about once a
 * second. Never throws, and never notes its own failures: a full disk must not be filled further.
 */

import type { FailureKind } from '../../db/journal/failure-row.ts'
import { appendFailures, type NewFailure } from '../../db/journal/failures.ts'
import type { JournalDb } from '../../db/journal/journal-db.ts'
import type { ClockLike, FailureJournal } from '../ports.ts'
import { createTimers } from '../timers.ts'
import { failureText } from './failure-text.ts'

export interface KeptFailureJournal extends FailureJournal {
  /** Writes what is noted and not yet kept, before this context ends. Never rejects. */
  flush(): Promise<void>
}

/** Between two writes, ms; after a refused one it doubles up to the longest. */
const WRITE_EVERY_MS = 1000
const LONGEST_PAUSE_MS = 60_000
/** Different failures that wait for one write; what comes beyond is only counted. */
const WAITING_KEPT = 20
const MORE = 'further failures of this kind, too many at once to tell apart'

export function createFailureJournal(db: JournalDb, clock: ClockLike): KeptFailureJournal {
  const timers = createTimers(clock)
  let waiting = new Map<string, NewFailure>()
  let pauseMs = WRITE_EVERY_MS
  let writtenAt = Number.NEGATIVE_INFINITY
  let writing: Promise<void> | null = null

  /** Counts it where the same waits already. The kinds are few, so those that are only counted are too. */
  function add(failure: NewFailure): void {
    const isRoom = waiting.size < WAITING_KEPT || waiting.has(keyOf(failure))
    const kept = isRoom ? failure : { ...failure, text: MORE }
    const known = waiting.get(keyOf(kept))
    const times = (known?.times ?? 0) + kept.times
    waiting.set(keyOf(kept), { ...(known ?? kept), times, last_at: kept.last_at })
  }

  /** The first at once, so that it is kept also when it ends the page; what follows together. */
  function plan(): void {
    if (writing || timers.has('write') || waiting.size === 0) return
    const sinceLast = clock.now() - writtenAt
    const delayMs = sinceLast < 0 ? pauseMs : Math.max(0, pauseMs - sinceLast)
    timers.set('write', delayMs, () => void write())
  }

  function write(): Promise<void> {
    timers.clear('write')
    writing ??= append().finally(() => {
      writing = null
      plan()
    })
    return writing
  }

  async function append(): Promise<void> {
    const failures = waiting
    if (failures.size === 0) return
    waiting = new Map()
    writtenAt = clock.now()
    try {
      await appendFailures(db, [...failures.values()])
      pauseMs = WRITE_EVERY_MS
    } catch {
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
      const newer = waiting
      waiting = failures
      for (const failure of newer.values()) add(failure)
    }
  }

  return {
    note(kind: FailureKind, what: string, error?: unknown) {
      const at = clock.now()
      add({ kind, text: failureText(what, error), times: 1, at, last_at: at })
      plan()
    },
    async flush() {
      await writing
      await write()
    },
  }
}

function keyOf({ kind, text }: NewFailure): string {
  return `${kind} ${text}`
}

/**
 * The log of applied updates (specification section 7), as each context of the device writes it: an engine, a page or the service worker.
 * Adding a line costs an array's push, and nothing of the sync waits for the disk or fails with it.
 */

import { appendUpdates, UPDATES_KEPT } from '../../db/journal/applied-updates.ts'
import type { JournalDb } from '../../db/journal/journal-db.ts'
import type { AppliedUpdate } from '../../db/journal/update-row.ts'
import { failureKind } from '../failure-kind.ts'
import type { ClockLike, FailureJournal } from '../ports.ts'
import { createTimers } from '../timers.ts'
import { waitBeforeLog } from './update-pace.pure.ts'

export interface UpdateLog {
  /** Oldest first. Never throws. */
  add(updates: readonly AppliedUpdate[]): void
  /** Writes what waits. Never rejects. */
  flush(): Promise<void>
  /** This context is about to end: what comes from now on is written at once. */
  stop(): void
}

export function createUpdateLog(db: JournalDb, clock: ClockLike, journal: FailureJournal): UpdateLog {
  const timers = createTimers(clock)
  let waiting: AppliedUpdate[] = []
  let writtenAt: number | null = null
  let failures = 0
  let writing: Promise<void> | null = null
  let isStopped = false

  function plan(): void {
    if (writing || waiting.length === 0) return
    const sinceLastMs = writtenAt === null ? null : clock.steady() - writtenAt
    const waitMs = isStopped ? 0 : waitBeforeLog({ waiting: waiting.length, sinceLastMs, failures })
    if (waitMs === 0) void write()
    else if (!timers.has('write')) timers.set('write', waitMs, () => void write())
  }

  function write(): Promise<void> {
    timers.clear('write')
    writing ??= append().finally(() => {
      writing = null
      // Stopped, nobody is there for another attempt.
      if (!isStopped || failures === 0) plan()
    })
    return writing
  }

  async function append(): Promise<void> {
    const lines = waiting
    if (lines.length === 0) return
    waiting = []
    writtenAt = clock.steady()
    try {
      await appendUpdates(db, lines)
      failures = 0
    } catch (error) {
      failures += 1
      waiting = newest([...lines, ...waiting])
      // A page that is put away gives up what is under way, and nothing is wrong.
      if (!db.isAway) journal.note(failureKind(error, 'storage'), 'Log of updates', error)
    }
  }

  return {
    add(updates) {
      waiting.push(...updates)
      if (waiting.length > 2 * UPDATES_KEPT) waiting = newest(waiting)
      plan()
    },
    async flush() {
      await writing
      await write()
    },
    stop() {
      isStopped = true
      void write()
    },
  }
}

/** What is older would not be kept. */
function newest(updates: AppliedUpdate[]): AppliedUpdate[] {
  return updates.slice(-UPDATES_KEPT)
}

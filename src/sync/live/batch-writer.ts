/**
 * Group commit (rule C7): an idle store is written at once; what arrives soon after a write is written together next.
 * Knows the position that its writes build on and gives everything up when the stored one is another (rule C3).
 */
import type { KnownEvent } from '../../contract/events.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { commitEvents, commitFreshness } from '../../db/commit-rows.ts'
import type { Position } from '../../db/rows.ts'
import type { ClockLike } from '../ports.ts'
import { type ApplyOutcome, applyEvents, touchedRecords } from '../records/apply-events.pure.ts'
import { waitBeforeWrite } from './write-pace.pure.ts'

/** An event, with what the log of applied updates records of it. */
export interface Arrival {
  readonly event: KnownEvent
  /** Bytes. */
  readonly size: number
  /** Client time of arrival, ms. */
  readonly at: number
  /** Fetched after an interruption, so its age says nothing about the line's latency. */
  readonly missed: boolean
}

export interface CommittedBatch {
  readonly arrivals: readonly Arrival[]
  readonly verdicts: ApplyOutcome['verdicts']
  /** Rows are to be fetched. */
  readonly wants: boolean
}

export interface BatchWriterEvents {
  onCommitted(batch: CommittedBatch): void
  /** The stored position is not the expected one: forget what is in memory, and read the database again. */
  onMoved(): void
  /** The database refused the write (full disk, lost connection): forget what is in memory as well. */
  onFailed(error: unknown): void
}

const NONE: ReadonlySet<string> = new Set()

/** More events than this are not put in one transaction, so that the screen gets its turn. */
const MAX_BATCH = 1000

export function createBatchWriter(deps: {
  readonly db: CacheDb
  readonly deviceId: string
  readonly clock: ClockLike
  /** False while the page is hidden: timers run late then. */
  readonly isSeen: () => boolean
  /** Which of these operations were made here; read before the events are stored (rule D2). */
  readonly ownOperations: (offlineIds: readonly string[]) => Promise<ReadonlySet<string>>
  readonly events: BatchWriterEvents
}) {
  const { db, clock, events } = deps
  let expected: Position = { epoch: null, cursor: null }
  let arrivals: Arrival[] = []
  let cursorMarks: { upTo: number; cursor: number }[] = []
  let taken = 0
  let fresh: { asOf: number; seq: number } | null = null
  let generation = 0
  let isWriting = false
  let lastWriteAt: number | null = null
  let stopWaiting: (() => void) | null = null
  /** True after a failed write: later events would leave a hole in the log, so they are ignored until `reset`. */
  let isVoid = false
  let waitingForRoom: { below: number; go: () => void }[] = []

  /** Resumes the callers that waited for room. */
  function makeRoom(): void {
    const ready = waitingForRoom.filter(({ below }) => arrivals.length < below)
    waitingForRoom = waitingForRoom.filter(({ below }) => arrivals.length >= below)
    for (const { go } of ready) go()
  }

  /** Writes what waits, now or when it has waited long enough; one write at a time. */
  function planWrite(): void {
    if (isWriting || (!hasWork() && !isFreshDue())) return
    const sinceLastMs = lastWriteAt === null ? null : clock.steady() - lastWriteAt
    const waitMs = hasWork() ? waitBeforeWrite({ waiting: arrivals.length, sinceLastMs, isSeen: deps.isSeen() }) : 0
    if (waitMs === 0) void write()
    else stopWaiting ??= clock.after(waitMs, () => void write())
  }

  async function write(): Promise<void> {
    stopWaiting?.()
    stopWaiting = null
    if (isWriting) return
    isWriting = true
    const mine = generation
    try {
      if (hasWork()) {
        lastWriteAt = clock.steady()
        const outcome = await writeNext()
        if (mine === generation && outcome === 'moved') {
          giveUp()
          events.onMoved()
        }
      }
      if (mine === generation && !hasWork() && fresh !== null && isFreshDue()) {
        const { asOf, seq } = fresh
        fresh = null
        await commitFreshness(db, deps.deviceId, asOf, seq)
      }
    } catch (error) {
      if (mine === generation) {
        giveUp()
        events.onFailed(error)
      }
    } finally {
      isWriting = false
    }
    makeRoom()
    planWrite()
  }

  function isFreshDue(): boolean {
    return fresh !== null && expected.cursor !== null && fresh.seq <= expected.cursor
  }

  function hasWork(): boolean {
    return arrivals.length > 0 || cursorMarks.length > 0
  }

  async function writeNext(): Promise<'committed' | 'moved'> {
    const batch = arrivals.splice(0, MAX_BATCH)
    taken += batch.length
    let cursor: number | null = null
    while (cursorMarks[0] !== undefined && cursorMarks[0].upTo <= taken) cursor = cursorMarks.shift()?.cursor ?? cursor
    const known = batch.map(({ event }) => event)
    const { operations, ids } = touchedRecords(db.records, known)
    // Read it now: an operation is stored before it is sent, so before any event about it can come.
    const own = operations.length > 0 ? await deps.ownOperations(operations) : NONE
    const outcome = await commitEvents(db, {
      deviceId: deps.deviceId,
      expected,
      cursor,
      ids,
      learns: own.size > 0,
      decide: (stored, rev) =>
        applyEvents(known, stored, { records: db.records, epoch: expected.epoch, rev, now: clock.now(), own }),
    })
    if (outcome === 'moved') return 'moved'
    if (cursor !== null) expected = { epoch: expected.epoch, cursor }
    const { verdicts, writes } = outcome
    events.onCommitted({ arrivals: batch, verdicts, wants: writes.wanted.length > 0 })
    return 'committed'
  }

  function discard(): void {
    generation += 1
    arrivals = []
    cursorMarks = []
    taken = 0
    fresh = null
    makeRoom()
  }

  function giveUp(): void {
    isVoid = true
    discard()
  }

  return {
    /** Starts anew from this stored position, and forgets what was queued before. */
    reset(position: Position): void {
      discard()
      isVoid = false
      expected = position
    },
    /**
     * Queues events; `cursor` is where the log stands once all of them are written, null for events outside the log. After a write
     * that failed, events of the log are ignored until `reset`: those before them are missing.
     */
    push(next: readonly Arrival[], cursor: number | null): void {
      if (isVoid && cursor !== null) return
      arrivals.push(...next)
      if (cursor !== null) cursorMarks.push({ upTo: taken + arrivals.length, cursor })
      planWrite()
    },
    /** Resolves once fewer than `below` events wait to be written. */
    room(below: number): Promise<void> {
      return arrivals.length < below ? Promise.resolve() : new Promise((go) => waitingForRoom.push({ below, go }))
    },
    /** Notes that everything up to `seq` was complete at this server time; stored once all of it has been written. */
    noteFresh(asOf: number, seq: number): void {
      if (isVoid) return
      fresh = { asOf, seq }
      planWrite()
    },
    /** Writes what waits at once: this page stops following the log. */
    hurry(): void {
      if (hasWork()) void write()
    },
  }
}

/**
 * Follows the branch's change log (rules C3, C4, C7, C8): runs the cursor machine, writes what it lets through, has what is
 * missing fetched and refreshes where the log can't help. Knows nothing of the broker.
 */
import type { HeartbeatEvent } from '../../contract/events.ts'
import { readPosition } from '../../db/commit-rows.ts'
import { readMeta } from '../../db/meta.ts'
import type { LogMark } from '../../db/rows.ts'
import { backoffMs } from '../backoff.pure.ts'
import { HttpFailure } from '../errors.ts'
import type { DiagnosticsLog } from '../health/diagnostics-log.ts'
import { createRefreshedLines, type OnChanged } from '../health/refreshed-lines.pure.ts'
import { noteImpossible } from '../impossible.pure.ts'
import type { RandomLike } from '../ports.ts'
import { type ReceivedStock, receivedStocks } from '../records/received-stock.pure.ts'
import type { RefreshMode } from '../refresh/refresh.pure.ts'
import type { RefreshOutcome } from '../refresh/refresh-deps.ts'
import { createTimers } from '../timers.ts'
import { type Arrival, createBatchWriter } from './batch-writer.ts'
import { type Arrived, type ChangesSource, createChangesFetcher, type FetchedChanges } from './changes-fetcher.ts'
import {
  type CursorEffect,
  type CursorEvent,
  type CursorState,
  countRefreshRows,
  createCursor,
  GAP_WAIT_MS,
  stepCursor,
} from './cursor.pure.ts'
import { createWantedFetcher } from './fetch-wanted.ts'
import { refreshUntilFollowed } from './forced-refresh.ts'
import { logApplied } from './log-applied.ts'
import { createMarkKeeper } from './mark-keeper.ts'

/** Whoever paints received stocks ahead of their write. */
export interface StockPreview {
  anticipate(stocks: readonly ReceivedStock[]): void
  /** What was anticipated may never be written. */
  forget(): void
}

export interface LogFollowerDeps extends ChangesSource {
  readonly deviceId: string
  readonly random: RandomLike
  readonly diagnostics: DiagnosticsLog
  readonly requestRefresh: (mode: RefreshMode) => Promise<RefreshOutcome>
  /** Server clock minus this clock, ms. */
  readonly skewMs: () => number
  /** Somebody looks at the screen and a network is there: retry soon. */
  readonly isAttentive: () => boolean
  /** Somebody looks at this page, so its timers run on time. */
  readonly isSeen: () => boolean
  /** While a broker connection is open nobody polls, so a failed fetch is repeated from here. */
  readonly isConnected: () => boolean
  /** Which of these operations were recorded on this device (rule D2). */
  readonly ownOperations: (offlineIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** The server's last word on its log that came with a verdict (rule S6). */
  readonly verdictMark: () => Promise<LogMark | undefined>
  /** Shows received stocks before they are written (rule V2). */
  readonly preview: StockPreview | undefined
  /** Server time, ms, up to which everything stored was known to be complete before. */
  readonly asOf: number | null
  /** Something that the status depends on has changed. */
  readonly onChange: () => void
}

export interface LogFacts {
  readonly cursor: CursorState<Arrived>
  readonly isStorageFailing: boolean
  /** Server time, ms, up to which everything is complete. */
  readonly asOf: number | null
  readonly latencyMs: number | null
  /** Changes that are known to be missing, while a catch-up takes several requests; null else. */
  readonly behind: number | null
}

/** More events than this are not held in memory for the disk to take: the next request waits (rule C7). */
const MAX_UNWRITTEN = 2000

export function createLogFollower(deps: LogFollowerDeps) {
  const { db, clock, diagnostics } = deps
  const timers = createTimers(clock)
  const marks = createMarkKeeper(deps)
  let facts: LogFacts = {
    cursor: createCursor(),
    isStorageFailing: false,
    asOf: deps.asOf,
    latencyMs: null,
    behind: null,
  }
  /** See the event `changes`. */
  let refreshRows: number | null = null
  let failedFetches = 0
  let isRefreshing = false
  let isRunning = false

  const writer = createBatchWriter({
    db,
    deviceId: deps.deviceId,
    clock,
    isSeen: deps.isSeen,
    ownOperations: deps.ownOperations,
    events: {
      onCommitted(batch) {
        const latencyMs = logApplied(db.records, diagnostics, batch, deps.skewMs()) ?? facts.latencyMs
        update({ isStorageFailing: false, latencyMs })
        if (batch.wants) getWanted()
      },
      onMoved: () => void reload(),
      onFailed: (error) => failStorage('Write', error),
    },
  })

  const getWanted = createWantedFetcher(
    { ...deps, now: clock.now, onChanged: logFetched },
    { onMoved: () => reload(), onFailed: (error) => deps.onAnswer(error) },
  )

  const fetcher = createChangesFetcher({
    ...deps,
    room: () => writer.room(MAX_UNWRITTEN),
    seen: () => marks.of(facts.cursor.mode === 'following' ? facts.cursor.epoch : null),
    isMissed: () => facts.cursor.mode === 'following' && !facts.cursor.caughtUp,
    onChanges: takeChanges,
    onFailed: failFetch,
  })

  function logFetched(changes: Parameters<OnChanged>[0]): void {
    const fetched = createRefreshedLines(clock.now)
    fetched.onChanged(changes)
    for (const line of fetched.take(deps.skewMs())) diagnostics.logUpdate(line)
  }

  function update(change: Partial<LogFacts>): void {
    facts = { ...facts, ...change }
    deps.onChange()
  }

  function dispatch(event: CursorEvent<Arrived>): void {
    const step = stepCursor(facts.cursor, event)
    noteImpossible(deps.journal, step, { machine: 'Cursor', phase: facts.cursor.mode, event: event.type })
    update({ cursor: step.state })
    for (const effect of step.effects) runEffect(effect)
  }

  function runEffect(effect: CursorEffect<Arrived>): void {
    switch (effect.type) {
      case 'apply':
        takeIn(
          effect.entries.filter(({ isAhead }) => !isAhead).map(({ item }) => item),
          effect.entries.at(-1)?.seq ?? null,
        )
        break
      case 'apply-ahead':
        takeIn(
          effect.entries.map(({ item }) => item),
          null,
        )
        break
      case 'fetch-changes':
        void fetcher.fetch(effect.after)
        break
      case 'start-gap-timer':
        timers.set('gap', GAP_WAIT_MS, () => dispatch({ type: 'gap-timer' }))
        break
      case 'stop-gap-timer':
        timers.clear('gap')
        break
      case 'refresh':
        if (effect.reason === 'invalid-change') void deps.requestRefresh('compare')
        else void forceRefresh()
        break
      case 'count':
        diagnostics.count(effect.what === 'gap-filled' ? 'gapsFilled' : effect.what)
        break
    }
  }

  function takeIn(arrived: readonly Arrived[], cursor: number | null): void {
    const arrivals: Arrival[] = []
    for (const { event, ...arrival } of arrived) {
      if (event.type === 'heartbeat' || event.type === 'unknown' || event.type === 'invalid') continue
      arrivals.push({ event, ...arrival })
    }
    const stocks = receivedStocks(arrivals.map(({ event }) => event))
    if (stocks.length > 0) deps.preview?.anticipate(stocks)
    writer.push(arrivals, cursor)
  }

  function takeChanges({ entries, lastSeq, hasMore, epoch, mark, serverTime, askedAt }: FetchedChanges, after: number) {
    hearMark(epoch, lastSeq, mark)
    failedFetches = 0
    update({ behind: hasMore ? lastSeq - after - entries.length : null })
    dispatch({ type: 'changes', entries, lastSeq, hasMore, epoch, refreshRows })
    if (!hasMore) noteFresh(serverTime ?? askedAt + deps.skewMs(), lastSeq)
    getWanted()
  }

  function failFetch(error: unknown): void {
    const failure = error instanceof HttpFailure ? error.class : 'transient'
    const reason = failure === 'expired' || failure === 'unsupported' ? failure : 'failed'
    dispatch({ type: 'changes-failed', reason })
    failedFetches += 1
    const { cursor } = facts
    if (cursor.mode === 'unknown' || cursor.caughtUp || !deps.isConnected()) return
    const delayMs = 500 + backoffMs(failedFetches, deps.isAttentive(), deps.random)
    timers.set('refetch', delayMs, () => dispatch({ type: 'catch-up' }))
  }

  /** Runs until a forced refresh has given a position to follow (rule C8). */
  async function forceRefresh(): Promise<void> {
    if (isRefreshing) return
    isRefreshing = true
    await refreshUntilFollowed({
      ...deps,
      isWanted: () => isRunning,
      pause: (ms) => new Promise((resolve) => timers.set('refresh', ms, resolve)),
      onRefused: () => update({ isStorageFailing: true }),
    })
    isRefreshing = false
    if (isRunning) await reload()
  }

  /** Memory is void: what is stored counts (rule C3). */
  async function reload(): Promise<void> {
    try {
      const [position, freshness, refresh] = await Promise.all([
        readPosition(db),
        readMeta(db, 'freshness'),
        readMeta(db, 'refresh'),
        marks.load(),
      ])
      if (!isRunning) return
      refreshRows = countRefreshRows(refresh, clock.now())
      writer.reset(position)
      deps.preview?.forget()
      update({ isStorageFailing: false, asOf: freshness?.asOf ?? facts.asOf })
      dispatch({ type: 'loaded', ...position })
    } catch (error) {
      failStorage('Read', error)
    }
  }

  function failStorage(what: string, error: unknown): void {
    deps.journal.note('storage', what, error)
    update({ isStorageFailing: true })
    timers.set('reload', 1000 + backoffMs(3, deps.isAttentive(), deps.random), () => void reload())
  }

  /** Of a life that is not followed here it says nothing yet: the refresh comes first. */
  function hearMark(epoch: string, seq: number, text: string | undefined): void {
    const { cursor } = facts
    if (text !== undefined && cursor.mode === 'following' && cursor.epoch === epoch) marks.hear({ epoch, seq, text })
  }

  function noteFresh(serverTime: number, seq: number): void {
    const { cursor } = facts
    if (cursor.mode !== 'following' || !cursor.caughtUp || seq > cursor.received) return
    update({ asOf: Math.max(facts.asOf ?? 0, serverTime) })
    writer.noteFresh(serverTime, seq)
  }

  return {
    facts: () => facts,
    start(): void {
      isRunning = true
      void reload()
    },
    stop(): void {
      isRunning = false
      fetcher.cancel()
      timers.clearAll()
      writer.hurry()
    },
    /** An event with a place in the log. */
    receive(seq: number, arrived: Arrived): void {
      const epoch = arrived.event.epoch ?? null
      dispatch({ type: 'received', entry: { seq, epoch, valid: true, item: arrived } })
    },
    /** An event from a backend without a log (rule C6). */
    receiveUnsequenced(arrived: Arrived): void {
      takeIn([arrived], null)
    },
    /** The server's last acknowledged position at `serverTime`, ms. */
    hearHeartbeat({ seq, epoch, mark }: HeartbeatEvent, serverTime: number): void {
      // Before the log was asked it may be another one: what is known has to be shown first.
      if (facts.cursor.mode === 'following' && facts.cursor.caughtUp && seq <= facts.cursor.received)
        hearMark(epoch, seq, mark)
      dispatch({ type: 'heartbeat', seq, epoch })
      noteFresh(serverTime, seq)
    },
    catchUp(): void {
      dispatch({ type: 'catch-up' })
    },
    disconnected(): void {
      dispatch({ type: 'disconnected' })
    },
  }
}

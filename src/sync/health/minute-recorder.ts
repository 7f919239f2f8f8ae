/**
 * Counts in the leading tab how long of each minute the stock was live (rule D3) and writes it down: when a minute has ended,
 * when the state has changed, and before the page may go. A shell around live-minutes.pure.ts.
 */
import type { MinuteRow } from '../../db/journal/minute-row.ts'
import type { AppliedUpdate } from '../../db/journal/update-row.ts'
import type { ClockLike } from '../ports.ts'
import type { Observable, SyncStatus } from '../sync-status.ts'
import {
  changeState,
  countTime,
  countUpdate,
  hasEndedMinute,
  joinRows,
  startCounting,
  takeRows,
} from './live-minutes.pure.ts'

export interface MinuteRecorder {
  countUpdate(update: Pick<AppliedUpdate, 'at' | 'latency_ms'>): void
  stop(): void
}

/** Finer than the pause that counts as sleep, coarse enough to cost nothing. ms. */
const TICK_MS = 5_000

export function createMinuteRecorder(deps: {
  readonly clock: ClockLike
  readonly status: Observable<SyncStatus>
  /** Calls back before the page may be frozen or thrown away. */
  readonly onHide: (listener: () => void) => () => void
  /** Adds the rows to the stored ones. */
  readonly write: (rows: readonly MinuteRow[]) => Promise<void>
  readonly onFailure: (error: unknown) => void
}): MinuteRecorder {
  const { clock, status } = deps
  const isLive = () => status.get().state === 'live'
  let minutes = startCounting(clock.now(), isLive())
  /** What a failed write left, for the next one. */
  let unwritten: readonly MinuteRow[] = []
  let hasChanged = false
  let cancelTick: () => void = () => undefined

  function tick(): void {
    cancelTick = clock.after(TICK_MS, tick)
    minutes = countTime(minutes, clock.now())
    if (hasChanged || hasEndedMinute(minutes)) writeAll()
  }

  function writeAll(): void {
    hasChanged = false
    const taken = takeRows(minutes)
    minutes = taken.minutes
    const rows = joinRows(unwritten, taken.rows)
    unwritten = []
    if (rows.length === 0) return
    deps.write(rows).catch((error: unknown) => {
      unwritten = joinRows(rows, unwritten)
      deps.onFailure(error)
    })
  }

  const stops = [
    status.subscribe(() => {
      const before = minutes.isLive
      minutes = changeState(minutes, isLive(), clock.now())
      if (minutes.isLive !== before) hasChanged = true
    }),
    deps.onHide(() => {
      minutes = countTime(minutes, clock.now())
      writeAll()
    }),
    () => cancelTick(),
  ]
  cancelTick = clock.after(TICK_MS, tick)

  return {
    countUpdate({ at, latency_ms: latencyMs }) {
      minutes = countUpdate(minutes, at, latencyMs)
    },
    stop() {
      for (const stop of stops) stop()
      minutes = countTime(minutes, clock.now())
      writeAll()
    },
  }
}

/** Counts and remembers what the sync did in this tab, bounded, for the diagnostics page (specification section 7). */
import type { AppliedUpdate } from '../../db/journal/update-row.ts'
import { createObservable } from '../observable.ts'
import type { ClockLike } from '../ports.ts'
import type { ConnectionChange, Diagnostics, Observable } from '../sync-status.ts'

const UPDATES_KEPT = 100
const LATENCIES_KEPT = 1000
const CONNECTIONS_KEPT = 100
/** Readers are told at most this often, ms: at 1,000 updates a second the page must not be painted for each. */
const NOTIFY_EVERY_MS = 500

export type Counter = 'received' | 'applied' | 'duplicate' | 'invalid' | 'gapsFilled'

export interface DiagnosticsLog extends Observable<Diagnostics> {
  count(counter: Counter, by?: number): void
  logUpdate(update: AppliedUpdate): void
  logConnection(change: ConnectionChange): void
}

export const EMPTY_DIAGNOSTICS: Diagnostics = {
  updates: [],
  latency: null,
  received: 0,
  applied: 0,
  duplicate: 0,
  invalid: 0,
  gapsFilled: 0,
  connections: [],
}

/** @param earlier what was shown before, by whoever counted then: goes on from there */
export function createDiagnosticsLog(clock: ClockLike, earlier: Diagnostics = EMPTY_DIAGNOSTICS): DiagnosticsLog {
  const { received, applied, duplicate, invalid, gapsFilled } = earlier
  const counters: Record<Counter, number> = { received, applied, duplicate, invalid, gapsFilled }
  const updates: AppliedUpdate[] = earlier.updates.toReversed()
  const latencies: number[] = updates.flatMap((update) => liveLatency(update) ?? [])
  const connections: ConnectionChange[] = earlier.connections.toReversed()
  const snapshot = createObservable<Diagnostics>(take())
  let isScheduled = false

  function take(): Diagnostics {
    return {
      ...counters,
      updates: updates.toReversed(),
      connections: connections.toReversed(),
      latency: percentiles(latencies),
    }
  }

  function changed(): void {
    if (isScheduled) return
    isScheduled = true
    clock.after(NOTIFY_EVERY_MS, () => {
      isScheduled = false
      snapshot.set(take())
    })
  }

  return {
    get: snapshot.get,
    subscribe: snapshot.subscribe,
    count(counter, by = 1) {
      counters[counter] += by
      changed()
    },
    logUpdate(update) {
      keepLast(updates, update, UPDATES_KEPT)
      const latency = liveLatency(update)
      if (latency !== null) keepLast(latencies, latency, LATENCIES_KEPT)
      changed()
    },
    logConnection(change) {
      keepLast(connections, change, CONNECTIONS_KEPT)
      changed()
    },
  }
}

/** What says how fast the line is, ms: the age of what came in another way says how long it was away. */
export function liveLatency({ came, latency_ms: latency }: AppliedUpdate): number | null {
  return came === 'live' ? latency : null
}

/** Nearest-rank percentiles; null of nothing. */
export function percentiles(values: readonly number[]): { p50: number; p95: number; p99: number } | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) }
}

function keepLast<T>(list: T[], item: T, kept: number): void {
  list.push(item)
  if (list.length > kept) list.shift()
}

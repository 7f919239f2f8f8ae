import type { AppliedUpdate } from '../db/journal/update-row.ts'

/** What a person is told of the sync (rule D3). Plain values: the words are the screen's. */
export type SyncState = 'live' | 'catching-up' | 'offline'

/** Why it is not live, or what needs a person. `none` while all is well. */
export type SyncProblem =
  | 'none'
  | 'server-unreachable'
  | 'broker-unreachable'
  | 'credentials-refused'
  | 'device-unknown'
  | 'storage-failed'

export interface SyncStatus {
  readonly state: SyncState
  readonly problem: SyncProblem
  /** Server time (ms) up to which the stock shown is complete; null before the first load. */
  readonly asOf: number | null
  /** Written by the server → applied here, of the last update; null before the first. */
  readonly latencyMs: number | null
  /** Missed changes still to be taken in, while that takes several requests; null else. */
  readonly behind: number | null
  /** Server clock minus this clock, ms. */
  readonly clockSkewMs: number
}

/** A value that changes, in the form that useSyncExternalStore takes. `get` returns the same object until it changes. */
export interface Observable<T> {
  get(): T
  subscribe(listener: () => void): () => void
}

export interface ConnectionChange {
  readonly at: number
  readonly state: SyncState
  readonly problem: SyncProblem
}

export interface Diagnostics {
  /** Newest first, at most 100. */
  readonly updates: readonly AppliedUpdate[]
  /** Over the last 1,000 updates that came live with a latency; null with none. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number } | null
  readonly received: number
  readonly applied: number
  readonly duplicate: number
  readonly invalid: number
  readonly gapsFilled: number
  /** Newest first, at most 100. */
  readonly connections: readonly ConnectionChange[]
}

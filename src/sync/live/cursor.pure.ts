/**
 * Order and completeness of the change log on this device (rules C1, C4, C5, C6, C8).
 *
 * ```
 *             loaded(cursor null)              loaded(cursor n)
 *  ┌─────────┐ ◄──────────────────  (start)  ──────────────────► ┌───────────┐
 *  │ unknown │                                                   │ following │ ◄─┐ event, heartbeat,
 *  └─────────┘ ◄──────────────────────────────────────────────── └───────────┘ ──┘ changes, gap timer
 *       │          other epoch, 410, hole in the answer                │
 *       └── a forced refresh ends: loaded(cursor n) ──────────────────►┘
 * ```
 * `received` runs ahead of the stored cursor: it counts what was taken in, the cursor what was written. Whoever writes
 * re-reads the stored position and reports `loaded` when it is not the expected one (rule C3).
 */
import type { RefreshState } from '../../db/rows.ts'
import { isYoung } from '../../domain/waiting.ts'
import { impossible, type MayBeImpossible } from '../impossible.pure.ts'

/** After a refresh of this age another one is not worth more than the log, ms. */
const REFRESHED_JUST_NOW_MS = 10 * 60_000

/** An event that holds a place in the log. `T` is whatever the shell wants back in `apply`. */
export interface LogEntry<T> {
  readonly seq: number
  /** Null: the message named none; taken for the current one. */
  readonly epoch: string | null
  /** From `/changes` an unusable event still moves the cursor and asks for a refresh (rule C1). */
  readonly valid: boolean
  readonly item: T
  /** Taken in ahead of its turn already (see `isBlind`). */
  readonly isAhead?: boolean
}

export interface Following<T> {
  readonly mode: 'following'
  readonly epoch: string | null
  /** Highest unbroken position taken in. */
  readonly received: number
  /** What lies beyond a gap, by position. */
  readonly held: ReadonlyMap<number, LogEntry<T>>
  /** `none`: complete as far as known. `waiting`: the gap may still close by itself. `fetching`: one request is under way. */
  readonly gap: 'none' | 'waiting' | 'fetching'
  /** True once everything up to the last connect's catch-up has been taken in (rule C5). */
  readonly caughtUp: boolean
  /** Something asked for a fetch while one was under way. */
  readonly again: boolean
  /**
   * The last fetch brought nothing: the broker is there and the server is not. What lies beyond a gap is taken in as it comes, since each
   * record has its version; the position waits.
   */
  readonly isBlind: boolean
}

export type CursorState<T> = { readonly mode: 'unknown' } | Following<T>

export type CursorEvent<T> =
  /** The stored position, read at start, after a refresh and after a write that found another one. */
  | { readonly type: 'loaded'; readonly epoch: string | null; readonly cursor: number | null }
  | { readonly type: 'received'; readonly entry: LogEntry<T> }
  | { readonly type: 'heartbeat'; readonly seq: number; readonly epoch: string }
  | { readonly type: 'gap-timer' }
  /** Connected, or time to poll because nothing is connected. */
  | { readonly type: 'catch-up' }
  | { readonly type: 'disconnected' }
  | {
      readonly type: 'changes'
      readonly entries: readonly LogEntry<T>[]
      readonly lastSeq: number
      readonly hasMore: boolean
      readonly epoch: string
      /** How many rows a refresh would load instead; null when it would not help. */
      readonly refreshRows: number | null
    }
  /** `expired`: 410. `unsupported`: the backend has no change log. `failed`: no usable answer, to be tried again later. */
  | { readonly type: 'changes-failed'; readonly reason: 'expired' | 'unsupported' | 'failed' }

export type RefreshReason = 'first-start' | 'epoch' | 'expired' | 'hole' | 'far-behind' | 'invalid-change'

export type CursorEffect<T> =
  /** Contiguous entries; the last one's seq is the new cursor. */
  | { readonly type: 'apply'; readonly entries: readonly LogEntry<T>[] }
  /** Entries beyond a gap that nobody can fill now: the cursor stays. They come once more in `apply`, marked. */
  | { readonly type: 'apply-ahead'; readonly entries: readonly LogEntry<T>[] }
  | { readonly type: 'fetch-changes'; readonly after: number }
  | { readonly type: 'start-gap-timer' }
  | { readonly type: 'stop-gap-timer' }
  | { readonly type: 'refresh'; readonly reason: RefreshReason }
  | { readonly type: 'count'; readonly what: 'duplicate' | 'gap-filled' | 'invalid' }

export interface CursorStep<T> extends MayBeImpossible {
  readonly state: CursorState<T>
  readonly effects: readonly CursorEffect<T>[]
}

/** How long a gap may close by itself before it is fetched: topics have no order among each other (rule C4). */
export const GAP_WAIT_MS = 300
/** Beyond so many held events waiting is pointless. */
export const MAX_HELD = 2000
/** So many missed changes are always taken in one by one: a refresh takes its time as well. */
const NEAR_BEHIND = 2000

export function createCursor<T>(): CursorState<T> {
  return { mode: 'unknown' }
}

export function stepCursor<T>(state: CursorState<T>, event: CursorEvent<T>): CursorStep<T> {
  if (event.type === 'loaded') return load(event)
  // Messages and answers come all the same; the timer was stopped.
  if (state.mode === 'unknown') return event.type === 'gap-timer' ? impossible(state) : { state, effects: [] }
  switch (event.type) {
    case 'received':
      return receive(state, event.entry)
    case 'heartbeat':
      return hearHeartbeat(state, event)
    case 'gap-timer':
      return state.gap === 'waiting' ? fetchMissing(state) : impossible(state)
    case 'catch-up':
      return fetchMissing({ ...state, caughtUp: false })
    case 'disconnected':
      return { state: { ...state, caughtUp: false }, effects: [] }
    case 'changes':
      return takeChanges(state, event)
    case 'changes-failed':
      return failChanges(state, event.reason)
  }
}

function load<T>({ epoch, cursor }: { epoch: string | null; cursor: number | null }): CursorStep<T> {
  if (cursor === null) return giveUp(epoch === null ? 'first-start' : 'epoch')
  const state: Following<T> = {
    mode: 'following',
    epoch,
    received: cursor,
    held: new Map(),
    gap: 'none',
    caughtUp: false,
    again: false,
    isBlind: false,
  }
  return fetchMissing(state, [{ type: 'stop-gap-timer' }])
}

function receive<T>(state: Following<T>, entry: LogEntry<T>): CursorStep<T> {
  if (isOtherEpoch(state, entry.epoch)) return giveUp('epoch')
  if (entry.seq <= state.received || state.held.has(entry.seq)) {
    return { state, effects: [{ type: 'count', what: 'duplicate' }] }
  }
  // While a fetch is under way it brings what does not fit here.
  if (entry.seq > state.received + 1 && state.gap === 'fetching' && state.held.size >= MAX_HELD)
    return { state, effects: [] }
  const held = new Map(state.held).set(entry.seq, entry)
  if (entry.seq === state.received + 1) return drain({ ...state, held })
  const { state: ahead, effects } = takeAhead({ ...state, held })
  const step = hold(ahead)
  return { state: step.state, effects: [...effects, ...step.effects] }
}

/** Takes in what lies beyond the gap, where the gap can't be filled. */
function takeAhead<T>(state: Following<T>): { state: Following<T>; effects: CursorEffect<T>[] } {
  const entries = [...state.held.values()].filter(({ isAhead }) => !isAhead)
  if (!state.isBlind || entries.length === 0) return { state, effects: [] }
  const held = new Map(state.held)
  for (const entry of entries) held.set(entry.seq, { ...entry, isAhead: true })
  return { state: { ...state, held }, effects: [{ type: 'apply-ahead', entries }] }
}

/** Takes in everything that now follows on without a gap. */
function drain<T>(state: Following<T>): CursorStep<T> {
  const held = new Map(state.held)
  const entries: LogEntry<T>[] = []
  for (let seq = state.received + 1; ; seq += 1) {
    const entry = held.get(seq)
    if (!entry) break
    held.delete(seq)
    entries.push(entry)
  }
  const effects: CursorEffect<T>[] = entries.length > 0 ? [{ type: 'apply', entries }] : []
  const next = { ...state, held, received: state.received + entries.length }
  if (held.size > 0) {
    const step = hold(next)
    return { state: step.state, effects: [...effects, ...step.effects] }
  }
  if (next.gap !== 'waiting') return { state: next, effects }
  return {
    state: { ...next, gap: 'none' },
    effects: [...effects, { type: 'stop-gap-timer' }],
  }
}

function hold<T>(state: Following<T>): CursorStep<T> {
  if (state.gap === 'fetching') return { state, effects: [] }
  if (state.held.size > MAX_HELD) return fetchMissing(state)
  if (state.gap === 'waiting') return { state, effects: [] }
  return { state: { ...state, gap: 'waiting' }, effects: [{ type: 'start-gap-timer' }] }
}

function hearHeartbeat<T>(state: Following<T>, heartbeat: { seq: number; epoch: string }): CursorStep<T> {
  if (isOtherEpoch(state, heartbeat.epoch)) return giveUp('epoch')
  return heartbeat.seq > state.received ? hold(state) : { state, effects: [] }
}

function fetchMissing<T>(state: Following<T>, before: readonly CursorEffect<T>[] = []): CursorStep<T> {
  if (state.gap === 'fetching') return { state: { ...state, again: true }, effects: before }
  return {
    state: { ...state, gap: 'fetching', again: false },
    effects: [...before, ...stopTimer(state), { type: 'fetch-changes', after: state.received }],
  }
}

function takeChanges<T>(state: Following<T>, changes: Extract<CursorEvent<T>, { type: 'changes' }>): CursorStep<T> {
  if (isOtherEpoch(state, changes.epoch)) return giveUp('epoch')
  if (isFarBehind(state, changes)) return giveUp('far-behind')
  const fresh = changes.entries.filter((entry) => entry.seq > state.received)
  const [first] = fresh
  const isContiguous = fresh.every((entry, index) => entry.seq === state.received + 1 + index)
  if (!isContiguous || (!first && changes.hasMore)) return giveUp('hole')

  const held = new Map(state.held)
  for (const entry of fresh) held.set(entry.seq, held.get(entry.seq) ?? entry)
  const drained = drain({ ...state, held, gap: 'none', isBlind: false })
  const counts: CursorEffect<T>[] = first && state.held.size > 0 ? [{ type: 'count', what: 'gap-filled' }] : []
  for (const entry of fresh) {
    if (!entry.valid) counts.push({ type: 'count', what: 'invalid' }, { type: 'refresh', reason: 'invalid-change' })
  }
  const effects = [...counts, ...drained.effects]
  if (drained.state.mode === 'unknown') return { state: drained.state, effects }
  if (changes.hasMore || state.again) {
    const more = fetchMissing(
      { ...drained.state, gap: 'none' },
      drained.state.gap === 'waiting' ? [{ type: 'stop-gap-timer' }] : [],
    )
    return { state: more.state, effects: [...effects, ...more.effects] }
  }
  return { state: { ...drained.state, caughtUp: true }, effects }
}

/** The log has more changes than the branch has rows: loading those is cheaper, and the log goes on from there. */
function isFarBehind<T>(state: Following<T>, changes: Extract<CursorEvent<T>, { type: 'changes' }>): boolean {
  const { lastSeq, hasMore, refreshRows } = changes
  return hasMore && refreshRows !== null && lastSeq - state.received > Math.max(NEAR_BEHIND, refreshRows)
}

function failChanges<T>(state: Following<T>, reason: 'expired' | 'unsupported' | 'failed'): CursorStep<T> {
  if (reason === 'expired') return giveUp('expired')
  // Where there is an epoch there is a log: a "not found" there is somebody else's answer.
  const hasNoLog = reason === 'unsupported' && state.epoch === null
  return takeAhead({ ...state, gap: 'none', again: false, caughtUp: hasNoLog, isBlind: reason === 'failed' })
}

function giveUp<T>(reason: RefreshReason): CursorStep<T> {
  return { state: { mode: 'unknown' }, effects: [{ type: 'stop-gap-timer' }, { type: 'refresh', reason }] }
}

function stopTimer<T>(state: Following<T>): CursorEffect<T>[] {
  return state.gap === 'waiting' ? [{ type: 'stop-gap-timer' }] : []
}

function isOtherEpoch<T>(state: Following<T>, epoch: string | null): boolean {
  return epoch !== null && epoch !== state.epoch
}

/**
 * Rows that a refresh would load by what the last one loaded (`refreshRows` of `changes`). Null right after a refresh: what came since is not
 * much, and a second one would find no less. `now`: client time, ms.
 */
export function countRefreshRows(last: RefreshState | undefined, now: number): number | null {
  if (last?.phase !== 'complete' || last.finishedAt === null) return null
  if (isYoung(last.finishedAt, REFRESHED_JUST_NOW_MS, now)) return null
  return Object.values(last.total).reduce<number>((sum, total) => sum + (total ?? 0), 0)
}

/**
 * How long of each minute this device's stock was live (rule D3), counted in the leading tab. Time is counted backwards: at
 * every event, what has passed since the last one belongs to the state that stood meanwhile.
 *
 * ```
 *  event ──────── event ───────────────────────── event ──── event
 *     counted as the state before    too long: slept, neither open nor live
 * ```
 */
import { MINUTE_MS, type MinuteRow, mergeMinutes } from '../../db/journal/minute-row.ts'

/** What has been counted and not been taken yet. */
export interface LiveMinutes {
  /** Client time, ms, up to which time is counted. */
  readonly countedTo: number
  readonly isLive: boolean
  /** Client time, ms, since when it is live; null while it is not. */
  readonly liveSince: number | null
  /** By minute, oldest first. */
  readonly open: readonly OpenMinute[]
}

interface OpenMinute {
  readonly minute: number
  readonly open: number
  readonly live: number
  readonly updates: number
  /** The last ones, ms, at most LATENCIES_KEPT. */
  readonly latencies: readonly number[]
  readonly longest: number | null
}

/**
 * While live the server's heartbeat is heard every 4 s and its silence is noticed after 12: a longer pause between two events
 * is a machine that slept, or whose clock was set. ms.
 */
export const LONGEST_LIVE_PAUSE_MS = 15_000
/** Without a connection only timers tell the time, and browsers let those of hidden pages run once a minute. ms. */
export const LONGEST_PAUSE_MS = 75_000
/** Latencies of one minute of which the median is taken: enough for it, and cheap to carry at 1,000 updates/s. */
const LATENCIES_KEPT = 250
/** Minutes that could not be written are kept for so long. */
const MINUTES_KEPT = 120

export function startCounting(now: number, isLive: boolean): LiveMinutes {
  return { countedTo: now, isLive, liveSince: isLive ? now : null, open: [] }
}

/** Time has passed, in the state that stands. */
export function countTime(minutes: LiveMinutes, now: number): LiveMinutes {
  const { countedTo, isLive } = minutes
  const pause = now - countedTo
  const longest = isLive ? LONGEST_LIVE_PAUSE_MS : LONGEST_PAUSE_MS
  if (pause === 0) return minutes
  if (pause < 0 || pause > longest) return { ...minutes, countedTo: now }
  let { open } = minutes
  for (let at = countedTo; at < now; ) {
    const minute = Math.floor(at / MINUTE_MS)
    const end = Math.min(now, (minute + 1) * MINUTE_MS)
    const part = end - at
    open = change(open, minute, (before) => {
      const sum = Math.min(MINUTE_MS, before.open + part)
      return { ...before, open: sum, live: Math.min(sum, before.live + (isLive ? part : 0)) }
    })
    at = end
  }
  return { ...minutes, countedTo: now, open }
}

/** The state from now on. */
export function changeState(minutes: LiveMinutes, isLive: boolean, now: number): LiveMinutes {
  const counted = countTime(minutes, now)
  if (counted.isLive === isLive) return counted
  return { ...counted, isLive, liveSince: isLive ? now : null }
}

/**
 * An update was applied that arrived at `at`, client time in ms. What a catch-up brings says by its latency how long the line
 * was away, which is counted already, so only what arrives while live is measured.
 */
export function countUpdate(minutes: LiveMinutes, at: number, latencyMs: number | null): LiveMinutes {
  const isMeasured = latencyMs !== null && minutes.liveSince !== null && at > minutes.liveSince
  const open = change(minutes.open, Math.floor(at / MINUTE_MS), (before) => ({
    ...before,
    updates: before.updates + 1,
    ...(isMeasured
      ? {
          latencies: [...before.latencies, latencyMs].slice(-LATENCIES_KEPT),
          longest: Math.max(before.longest ?? 0, latencyMs),
        }
      : {}),
  }))
  return { ...minutes, open }
}

/** Is there a minute that has ended? */
export function hasEndedMinute({ open, countedTo }: LiveMinutes): boolean {
  const current = Math.floor(countedTo / MINUTE_MS)
  return open.some(({ minute }) => minute < current)
}

/** What has been counted so far, as rows to be added to the stored ones; counting goes on from nothing. */
export function takeRows(minutes: LiveMinutes): { rows: readonly MinuteRow[]; minutes: LiveMinutes } {
  return { rows: minutes.open.map(toRow), minutes: { ...minutes, open: [] } }
}

/** Rows that could not be written are tried again together with what came meanwhile: the newest, bounded. */
export function joinRows(unwritten: readonly MinuteRow[], rows: readonly MinuteRow[]): MinuteRow[] {
  const joined = new Map<number, MinuteRow>()
  for (const row of [...unwritten, ...rows]) {
    const before = joined.get(row.minute)
    joined.set(row.minute, before ? mergeMinutes(before, row) : row)
  }
  return [...joined.values()].toSorted((a, b) => a.minute - b.minute).slice(-MINUTES_KEPT)
}

function change(
  open: readonly OpenMinute[],
  minute: number,
  next: (before: OpenMinute) => OpenMinute,
): readonly OpenMinute[] {
  const before = open.find((candidate) => candidate.minute === minute)
  const after = next(before ?? { minute, open: 0, live: 0, updates: 0, latencies: [], longest: null })
  if (before) return open.map((candidate) => (candidate === before ? after : candidate))
  return [...open, after].toSorted((a, b) => a.minute - b.minute)
}

function toRow({ minute, open, live, updates, latencies, longest }: OpenMinute): MinuteRow {
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    minute,
    open,
    live,
    updates,
    latency_p50: sorted[Math.ceil(sorted.length / 2) - 1] ?? null,
    latency_max: longest,
  }
}

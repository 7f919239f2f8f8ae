/** One minute of the counter's connection (rule D3). All durations in ms. */
export interface MinuteRow {
  /** Client time, minutes since 1970 UTC. */
  minute: number
  /** How long a tab of this device was open and counting. */
  open: number
  /** How long of it every number shown was live. */
  live: number
  /** Updates applied. */
  updates: number
  /** Written → applied of those that came while live; null without any. */
  latency_p50: number | null
  latency_max: number | null
}

export const MINUTE_MS = 60_000

/** No calendar goes beyond this. */
const MINUTE_MAX = 8.64e15 / MINUTE_MS

/** A row that another version left, half written or garbled, counts as none. */
export function isWholeMinute({ minute, open, live, updates, latency_p50, latency_max }: MinuteRow): boolean {
  return (
    Number.isSafeInteger(minute) &&
    Math.abs(minute) < MINUTE_MAX &&
    isDuration(open) &&
    isDuration(live) &&
    Number.isSafeInteger(updates) &&
    updates >= 0 &&
    [latency_p50, latency_max].every((value) => value === null || Number.isFinite(value))
  )
}

const isDuration = (value: number) => Number.isFinite(value) && value >= 0 && value <= MINUTE_MS

/**
 * Two parts of one minute, e.g. of two tabs that led one after the other. A minute has no more than a minute, whatever a
 * clock that was set back says. The median of the whole can't be had from two medians: it is their mean by number of updates.
 */
export function mergeMinutes(a: MinuteRow, b: MinuteRow): MinuteRow {
  const open = Math.min(MINUTE_MS, a.open + b.open)
  return {
    minute: a.minute,
    open,
    live: Math.min(open, a.live + b.live),
    updates: a.updates + b.updates,
    latency_p50: meanOf(a, b),
    latency_max: largest(a.latency_max, b.latency_max),
  }
}

function meanOf(a: MinuteRow, b: MinuteRow): number | null {
  if (a.latency_p50 === null || b.latency_p50 === null) return a.latency_p50 ?? b.latency_p50
  return Math.round((a.latency_p50 * a.updates + b.latency_p50 * b.updates) / (a.updates + b.updates))
}

function largest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

/** Something that went wrong, for support. */
export interface FailureRow {
  key?: number
  /** Client time of the first and the last time in a row, ms. */
  at: number
  last_at: number
  /** How often in a row. */
  times: number
  kind: FailureKind
  /** Bounded; no secrets and no customers' data. */
  text: string
}

/** What it happened to. `input`: a message or an answer that could not be used. */
export type FailureKind = (typeof FAILURE_KINDS)[number]
export const FAILURE_KINDS = ['input', 'storage', 'refused', 'worker', 'network', 'crash'] as const

/** Of a text that is kept; longer ones were never written. */
const TEXT_MAX = 2_000
const TIME_MAX = 8.64e15

/** A row that another version left, half written or garbled, counts as none. */
export function isWholeFailure({ at, last_at, times, kind, text }: FailureRow): boolean {
  return (
    [at, last_at].every((time) => Number.isFinite(time) && Math.abs(time) <= TIME_MAX) &&
    Number.isSafeInteger(times) &&
    times > 0 &&
    FAILURE_KINDS.includes(kind) &&
    typeof text === 'string' &&
    text.length <= TEXT_MAX
  )
}

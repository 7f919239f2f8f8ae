/**
 * How an applied update came. `live`: over an open connection. `caught-up`: fetched after an interruption, so its latency says how long the
 * line was away. `refreshed`: a refresh, a comparison or a fetched row brought it.
 */
export const UPDATE_WAYS = ['live', 'caught-up', 'refreshed'] as const
export type UpdateWay = (typeof UPDATE_WAYS)[number]

/** One line of the log of applied updates, as the specification asks for it (section 7). */
export interface AppliedUpdate {
  /** Of a refreshed record the name of its kind, with `_removed` where it went. */
  readonly event_type: string
  /** The first, where it is about several; null: it is about none, or that is not told. */
  readonly product_id: number | null
  /** How many products it is about, where that is more than one. */
  readonly products?: number
  /**
   * Received minus published, with the clock skew taken out, ms; of a refreshed record: received minus its last change. Null where that
   * time is not told.
   */
  readonly latency_ms: number | null
  /** Bytes; null: not known. */
  readonly payload_size: number | null
  /** Client time, ms. */
  readonly at: number
  readonly came: UpdateWay
  /** How many records the line stands for, where a refresh changed too many for a line each. */
  readonly rows?: number
}

/** Lines that were written together, oldest first, under the number of the last of them: the first line that this device ever wrote is 1. */
export interface UpdateGroup {
  last: number
  lines: readonly AppliedUpdate[]
}

/** Names come from servers and brokers (src/contract/events.ts). */
const TYPE_MAX = 110
const TIME_MAX = 8.64e15

/** A line that another version left, half written or garbled, counts as none. */
export function isWholeUpdate(line: unknown): line is AppliedUpdate {
  if (typeof line !== 'object' || line === null) return false
  const update: Partial<Record<keyof AppliedUpdate, unknown>> = line
  const { event_type: type, product_id: id, latency_ms: latency, payload_size: size, at, came } = update
  return (
    typeof type === 'string' &&
    type.length <= TYPE_MAX &&
    (id === null || Number.isSafeInteger(id)) &&
    [latency, size].every((value) => value === null || Number.isFinite(value)) &&
    Number.isFinite(at) &&
    Math.abs(Number(at)) <= TIME_MAX &&
    UPDATE_WAYS.some((way) => way === came) &&
    [update.products, update.rows].every((count) => count === undefined || Number.isSafeInteger(count))
  )
}

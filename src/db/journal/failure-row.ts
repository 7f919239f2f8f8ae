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
export type FailureKind = 'input' | 'storage' | 'refused' | 'worker' | 'network' | 'crash'

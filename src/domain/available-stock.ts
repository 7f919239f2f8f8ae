/**
 * What a counter shows as stock: the server's number with the operations of this counter that it does not hold yet (rules
 * D1, D2).
 */
import { fromThousandths, toThousandths } from './quantity.ts'

/** A version counts only within its epoch; null: a backend without one. */
export interface KnownVersion {
  readonly epoch: string | null
  readonly version: number
}

export interface PendingEffect {
  /** Units, below zero for a sale. */
  readonly delta: number
  /** The record's version after the operation, as far as it was told, one for each epoch. */
  readonly learned: readonly KnownVersion[]
}

/** True exactly when the stored record is of an epoch in which the operation's version is known, and has come that far [D2]. */
export function isIncluded(record: KnownVersion, learned: readonly KnownVersion[]): boolean {
  return learned.some(({ epoch, version }) => epoch === record.epoch && record.version >= version)
}

/** Shown = the server's stock plus what every operation that is not included does to it [D1]. Exact to three decimals. */
export function shownStock(stock: number, record: KnownVersion, effects: readonly PendingEffect[]): number {
  const pending = effects.filter(({ learned }) => !isIncluded(record, learned))
  if (pending.length === 0) return stock
  return fromThousandths(pending.reduce((sum, { delta }) => sum + toThousandths(delta), toThousandths(stock)))
}

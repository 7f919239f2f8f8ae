/**
 * What the device remembers about its own health: failures, and how live it was. A database of its own, so that it can be
 * written when the cache or the sales can't, and outlives both; nothing in it is needed to sell.
 */
import { Dexie, type Table } from 'dexie'

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

/** One minute of the counter's connection (rule D3). All durations in ms. */
export interface MinuteRow {
  /** Client time, minutes since 1970 UTC. */
  minute: number
  /** How long a tab of this device was open and counting. */
  open: number
  /** How long of it every number shown was live. */
  live: number
  /** Updates applied, and written → applied of them; null without any. */
  updates: number
  latency_p50: number | null
  latency_max: number | null
}

export class JournalDb extends Dexie {
  declare failures: Table<FailureRow, number>
  declare minutes: Table<MinuteRow, number>

  constructor(name: string) {
    super(name)
    this.version(1).stores({ failures: '++key', minutes: 'minute' })
  }
}

export const JOURNAL_DB_NAME = 'mstore-journal'

/**
 * The records under change: what is stored, overlaid by what a batch has decided so far. Pure. Several changes of one record fold into
 * one write.
 */
import { dequal } from 'dequal/lite'
import type { HistoryEntry, RecordKind } from '../../contract/records/record-kind.ts'
import type { RecordRegistry } from '../../contract/records/registry.ts'
import {
  type LearnedVersion,
  type RecordRow,
  type RowWrites,
  recordKey,
  type StockChange,
  type StoredRows,
  type Tombstone,
  type WantedRow,
} from '../../db/rows.ts'

export interface ApplyContext {
  readonly records: RecordRegistry
  /** The log's epoch that events without one belong to; null when the backend has none. */
  readonly epoch: string | null
  /** Highest `rev` given out before. */
  readonly rev: number
  /** Client time, ms, for what has no server time. */
  readonly now: number
  /** `offline_id`s of this device's own operations: only their versions are learned (rule D2). */
  readonly own?: ReadonlySet<string>
}

export class Draft {
  readonly context: ApplyContext
  readonly #stored: StoredRows
  /** By kind, then by id; null: removed. */
  readonly #records = new Map<string, Map<number, RecordRow | null>>()
  readonly #tombstones = new Map<string, Tombstone | null>()
  readonly #wanted = new Map<string, WantedRow>()
  readonly #stockChanges: StockChange[] = []
  readonly #learned = new Map<string, LearnedVersion>()
  #rev: number

  constructor(stored: StoredRows, context: ApplyContext) {
    this.#stored = stored
    this.context = context
    this.#rev = context.rev
  }

  record({ name }: RecordKind, id: number): RecordRow | undefined {
    const drafted = this.#records.get(name)?.get(id)
    return drafted === undefined ? this.#stored.records.get(name)?.get(id) : (drafted ?? undefined)
  }

  tombstone({ name }: RecordKind, id: number): Tombstone | undefined {
    const key = recordKey(name, id)
    const drafted = this.#tombstones.get(key)
    return drafted === undefined ? this.#stored.tombstones.get(key) : (drafted ?? undefined)
  }

  nextRev(): number {
    this.#rev += 1
    return this.#rev
  }

  put(kind: RecordKind, row: RecordRow): void {
    this.#set(kind, row.id, row)
    this.#wanted.delete(recordKey(kind.resource, row.id))
    if (this.tombstone(kind, row.id)) this.#tombstones.set(recordKey(kind.name, row.id), null)
  }

  /** Removes the record and remembers its last version: nothing older passes (rule R3). */
  bury(kind: RecordKind, id: number, version: number, epoch: string | null): void {
    this.drop(kind, id)
    this.#wanted.delete(recordKey(kind.resource, id))
    const tombstone = { kind: kind.name, id, version, epoch, at: this.context.now }
    this.#tombstones.set(recordKey(kind.name, id), kind.isListed ? { ...tombstone, rev: this.nextRev() } : tombstone)
  }

  /** Removes the record, of which nothing is known any more. */
  drop(kind: RecordKind, id: number): void {
    this.#set(kind, id, null)
  }

  want({ resource }: RecordKind, id: number): void {
    this.#wanted.set(recordKey(resource, id), { resource, id })
  }

  /** Also from an event that is older than what is stored: the operation needs its version all the same (rule D2). */
  learn(offlineId: string, record: string, version: number, epoch: string | null): void {
    if (!this.context.own?.has(offlineId)) return
    const learned = { offline_id: offlineId, record, version, epoch, at: this.context.now }
    this.#learned.set(`${offlineId} ${record}`, learned)
  }

  noteHistory(entry: HistoryEntry, at: number): void {
    this.#stockChanges.push({ ...entry, at })
  }

  /** What has to be written: a row that is as it was stored is not. */
  writes(): RowWrites {
    const put = new Map<string, RecordRow[]>()
    const removed = new Map<string, number[]>()
    for (const [kind, drafted] of this.#records) {
      const stored = this.#stored.records.get(kind)
      const rows: RecordRow[] = []
      const gone: number[] = []
      for (const [id, row] of drafted) {
        if (row === null) gone.push(id)
        else if (!dequal(row, stored?.get(id))) rows.push(row)
      }
      if (rows.length > 0) put.set(kind, rows)
      if (gone.length > 0) removed.set(kind, gone)
    }
    const tombstones: Tombstone[] = []
    const revived: [string, number][] = []
    for (const [key, tombstone] of this.#tombstones) {
      const stored = this.#stored.tombstones.get(key)
      if (tombstone) tombstones.push(tombstone)
      else if (stored) revived.push([stored.kind, stored.id])
    }
    return {
      put,
      removed,
      tombstones,
      revived,
      wanted: [...this.#wanted.values()],
      stockChanges: this.#stockChanges,
      learned: [...this.#learned.values()],
      rev: this.#rev,
    }
  }

  #set({ name }: RecordKind, id: number, row: RecordRow | null): void {
    const drafted = this.#records.get(name) ?? new Map<number, RecordRow | null>()
    this.#records.set(name, drafted)
    drafted.set(id, row)
  }
}

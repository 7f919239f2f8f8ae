import { dequal } from 'dequal/lite'
import {
  type InventoryRow,
  type LearnedVersion,
  type ProductRow,
  type RecordKind,
  type RowWrites,
  type SettingsRow,
  type StaffRow,
  type StockChange,
  type StoredRows,
  type Tombstone,
  tombstoneKey,
  type WantedRow,
} from '../../db/rows.ts'

export interface ApplyContext {
  /** The log's epoch that events without one belong to; null when the backend has none. */
  readonly epoch: string | null
  /** Highest `rev` given out before. */
  readonly rev: number
  /** Client time, ms, for what has no server time. */
  readonly now: number
  /** `offline_id`s of this device's own operations: only their versions are learned (rule D2). */
  readonly own?: ReadonlySet<string>
}

/** The rows under change: what is stored, overlaid by what this batch has decided so far. */
export class Draft {
  readonly context: ApplyContext
  readonly #stored: StoredRows
  readonly #products = new Map<number, ProductRow | null>()
  readonly #inventory = new Map<number, InventoryRow | null>()
  readonly #tombstones = new Map<string, Tombstone | null>()
  readonly #wanted = new Map<string, WantedRow>()
  readonly #stockChanges: StockChange[] = []
  readonly #staff = new Map<number, StaffRow>()
  readonly #learned = new Map<string, LearnedVersion>()
  #settings: SettingsRow | null = null
  #rev: number

  constructor(stored: StoredRows, context: ApplyContext) {
    this.#stored = stored
    this.context = context
    this.#rev = context.rev
  }

  product(id: number): ProductRow | undefined {
    const drafted = this.#products.get(id)
    return drafted === undefined ? this.#stored.products.get(id) : (drafted ?? undefined)
  }

  inventory(id: number): InventoryRow | undefined {
    const drafted = this.#inventory.get(id)
    return drafted === undefined ? this.#stored.inventory.get(id) : (drafted ?? undefined)
  }

  tombstone(kind: RecordKind, id: number): Tombstone | undefined {
    const key = tombstoneKey(kind, id)
    const drafted = this.#tombstones.get(key)
    return drafted === undefined ? this.#stored.tombstones.get(key) : (drafted ?? undefined)
  }

  nextRev(): number {
    this.#rev += 1
    return this.#rev
  }

  putProduct(row: ProductRow): void {
    this.#products.set(row.id, row)
    this.#revive('product', row.id)
  }

  putInventory(row: InventoryRow): void {
    this.#inventory.set(row.id, row)
    this.#revive('inventory', row.id)
  }

  bury(kind: RecordKind, id: number, version: number, stockVersion: number, epoch: string | null): void {
    const { now } = this.context
    if (kind === 'product') this.#products.set(id, null)
    else this.#inventory.set(id, null)
    this.#wanted.delete(tombstoneKey(kind, id))
    this.#tombstones.set(tombstoneKey(kind, id), {
      kind,
      id,
      version,
      stock_version: stockVersion,
      epoch,
      at: now,
      rev: this.nextRev(),
    })
  }

  want(kind: RecordKind, id: number): void {
    this.#wanted.set(tombstoneKey(kind, id), { kind, id })
  }

  staff(id: number): StaffRow | undefined {
    return this.#staff.get(id) ?? this.#stored.staff.get(id)
  }

  putStaff(row: StaffRow): void {
    this.#staff.set(row.id, row)
  }

  settings(): SettingsRow | null {
    return this.#settings ?? this.#stored.settings
  }

  putSettings(row: SettingsRow): void {
    this.#settings = row
  }

  /** Also from an event that is older than what is stored: the operation needs its version all the same (rule D2). */
  learn(offlineId: string, record: string, version: number, epoch: string | null): void {
    if (!this.context.own?.has(offlineId)) return
    const learned = { offline_id: offlineId, record, version, epoch, at: this.context.now }
    this.#learned.set(`${offlineId} ${record}`, learned)
  }

  noteStockChange(change: StockChange): void {
    this.#stockChanges.push(change)
  }

  /** What has to be written: a row that is as it was stored is not. */
  writes(): RowWrites {
    return {
      products: changed(this.#products, this.#stored.products),
      inventory: changed(this.#inventory, this.#stored.inventory),
      removedProducts: absent(this.#products),
      removedInventory: absent(this.#inventory),
      tombstones: present(this.#tombstones),
      revived: [...this.#tombstones.keys()]
        .filter((key) => this.#tombstones.get(key) === null)
        .map((key) => {
          const tombstone = this.#stored.tombstones.get(key)
          return tombstone ? ([tombstone.kind, tombstone.id] as const) : null
        })
        .filter((key) => key !== null),
      wanted: [...this.#wanted.values()],
      stockChanges: this.#stockChanges,
      staff: [...this.#staff.values()],
      settings: this.#settings,
      learned: [...this.#learned.values()],
      rev: this.#rev,
    }
  }

  #revive(kind: RecordKind, id: number): void {
    const key = tombstoneKey(kind, id)
    this.#wanted.delete(key)
    if (this.tombstone(kind, id)) this.#tombstones.set(key, null)
  }
}

function present<K, T>(drafted: ReadonlyMap<K, T | null>): T[] {
  return [...drafted.values()].filter((row) => row !== null)
}

function changed<K, T>(drafted: ReadonlyMap<K, T | null>, stored: ReadonlyMap<K, T>): T[] {
  return [...drafted].flatMap(([key, row]) => (row === null || dequal(row, stored.get(key)) ? [] : [row]))
}

function absent<K, T>(drafted: ReadonlyMap<K, T | null>): K[] {
  return [...drafted].filter(([, row]) => row === null).map(([key]) => key)
}

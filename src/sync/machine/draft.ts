import {
  type InventoryRow,
  type ProductRow,
  type RecordKind,
  type RowWrites,
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

  noteStockChange(change: StockChange): void {
    this.#stockChanges.push(change)
  }

  writes(): RowWrites {
    return {
      products: present(this.#products),
      inventory: present(this.#inventory),
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

function absent<K, T>(drafted: ReadonlyMap<K, T | null>): K[] {
  return [...drafted].filter(([, row]) => row === null).map(([key]) => key)
}

/**
 * The cache of the branch's master data. Everything in it can be fetched again; sales never live here (rule Q1).
 * This folder is the only importer of Dexie.
 */
import { Dexie, type Table } from 'dexie'
import type { Enrollment } from '../contract/rest.ts'

/**
 * How a stored record came to be, beside its version.
 * `epoch`: the life of the log that the version belongs to; null from a backend without one (rule C6).
 * `unversioned`: the value came from an event without version, so any REST row replaces it (rule C2).
 * `eventAt`: `timestamp` of the last such event.
 */
export interface Provenance {
  epoch: string | null
  unversioned?: true
  eventAt?: string
}

/** Two records in one row (architecture section 4): catalogue fields with `version`, stock with `stock_version`. */
export interface ProductRow {
  id: number
  name: string
  sku: string | null
  barcode: string | null
  category: string | null
  /** Whole rupiah for one `unit`. */
  price: number
  unit: string
  active: boolean
  version: number
  catalogue: Provenance
  stock: number
  stock_version: number
  stocked: Provenance
  /** Grows when a catalogue field is written, never for a stock: lists follow `rev`, cells follow the row (rule V1). */
  rev: number
}

export interface InventoryRow {
  id: number
  product_id: number
  place: string
  quantity: number
  version: number
  counted: Provenance
}

export type RecordKind = 'product' | 'inventory'

/** A removed record's last version: nothing older passes it until a complete refresh that started later (rule R3). */
export interface Tombstone {
  kind: RecordKind
  id: number
  version: number
  /** Products only. */
  stock_version: number
  epoch: string | null
  rev: number
}

/** A row that an event named but that is not here: fetched by id, remembered over a crash. */
export interface WantedRow {
  kind: RecordKind
  id: number
}

/** One applied change of a product's stock, for the product's history on this device. */
export interface StockChange {
  key?: number
  product_id: number
  /** Server time, ms since 1970 UTC. */
  at: number
  old_stock: number | null
  new_stock: number
  reason: string | null
  updated_by: string | null
}

/** Where the log has been applied to; `cursor` null: unknown, a forced refresh is needed (rules C3, C8, R4). */
export interface Position {
  epoch: string | null
  cursor: number | null
}

/** The refresh under way or the last one, kept page by page so that any context can go on with it (rules R2–R4). */
export interface RefreshState {
  phase: 'running' | 'complete'
  forced: boolean
  /** Client time, ms. */
  startedAt: number
  finishedAt: number | null
  resource: RecordKind
  /** Last id stored of `resource`. */
  lastId: number
  /** Rows stored and rows expected, of both resources; `total` null until the server has said. */
  loaded: number
  total: { product: number | null; inventory: number | null }
  epoch: string | null
  /** Lowest position of all pages so far (rule R4). */
  lowestSeq: number | null
  /** ETag of the first page: it holds the lowest position (rule R2). */
  etag: string | null
}

/** Server time (ms) up to which everything stored is known to be complete (rule D3). */
export interface Freshness {
  asOf: number
}

export interface MetaValues {
  device: Enrollment
  position: Position
  refresh: RefreshState
  freshness: Freshness
  /** ETag that the last completed refresh may present (rule R2). */
  etag: { value: string }
  /** Highest `rev` given out. */
  rev: { value: number }
}
export type MetaKey = keyof MetaValues

interface MetaRow {
  key: string
  value: unknown
}

export class CacheDb extends Dexie {
  declare products: Table<ProductRow, number>
  declare inventory: Table<InventoryRow, number>
  declare tombstones: Table<Tombstone, [RecordKind, number]>
  declare wanted: Table<WantedRow, [RecordKind, number]>
  declare stockChanges: Table<StockChange, number>
  declare meta: Table<MetaRow, string>

  constructor(name: string) {
    super(name)
    this.version(1).stores({
      products: 'id, rev',
      inventory: 'id, product_id',
      tombstones: '[kind+id], rev',
      wanted: '[kind+id]',
      stockChanges: '++key, product_id',
      meta: 'key',
    })
  }
}

/** Name of the cache database on a device. */
export const CACHE_DB_NAME = 'mstore-cache'

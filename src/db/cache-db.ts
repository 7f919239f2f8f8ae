/**
 * The cache of the branch's master data. Everything in it can be fetched again; sales never live here (rule Q1).
 * This folder is the only importer of Dexie.
 */
import type { Table } from 'dexie'
import { LastingDb } from './lasting-db.ts'
import type {
  InventoryRow,
  LearnedVersion,
  ProductRow,
  RecordKind,
  SettingsRow,
  StaffRow,
  StockChange,
  Tombstone,
  WantedRow,
} from './rows.ts'
import { strictIndexedDb } from './strict-indexed-db.ts'

interface MetaRow {
  key: string
  value: unknown
}

export class CacheDb extends LastingDb {
  declare products: Table<ProductRow, number>
  declare inventory: Table<InventoryRow, number>
  declare tombstones: Table<Tombstone, [RecordKind, number]>
  declare wanted: Table<WantedRow, [RecordKind, number]>
  declare stockChanges: Table<StockChange, number>
  declare staff: Table<StaffRow, number>
  declare settings: Table<SettingsRow, string>
  declare learned: Table<LearnedVersion, [string, string]>
  declare meta: Table<MetaRow, string>

  constructor(name: string) {
    super(name, strictIndexedDb())
    this.version(1).stores({
      products: 'id, rev',
      inventory: 'id, product_id',
      tombstones: '[kind+id], rev',
      wanted: '[kind+id]',
      stockChanges: '++key, product_id',
      meta: 'key',
    })
    this.version(2).stores({ staff: 'id', settings: 'key', learned: '[offline_id+record], at' })
  }
}

/** Name of the cache database on a device. */
export const CACHE_DB_NAME = 'mstore-cache'

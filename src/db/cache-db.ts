/**
 * The cache of the branch's master data. Everything in it can be fetched again; sales never live here (rule Q1).
 * This folder is the only importer of Dexie.
 */
import type { Table, Transaction } from 'dexie'
import type { RecordKind } from '../contract/records/record-kind.ts'
import { findResource, RECORDS, type RecordRegistry } from '../contract/records/registry.ts'
import { SETTINGS_ID } from '../contract/records/settings.ts'
import { LastingDb } from './lasting-db.ts'
import type {
  BranchSaleRow,
  InventoryRow,
  LearnedVersion,
  ProductRow,
  RecordRow,
  SettingsRow,
  StaffRow,
  StockChange,
  StockRow,
  Tombstone,
  WantedRow,
} from './rows.ts'
import { strictIndexedDb } from './strict-indexed-db.ts'

interface MetaRow {
  key: string
  value: unknown
}

export class CacheDb extends LastingDb {
  readonly records: RecordRegistry
  declare products: Table<ProductRow, number>
  declare stocks: Table<StockRow, number>
  declare inventory: Table<InventoryRow, number>
  declare staff: Table<StaffRow, number>
  declare branchSettings: Table<SettingsRow, number>
  declare branchSales: Table<BranchSaleRow, number>
  declare tombstones: Table<Tombstone, [string, number]>
  declare wantedRows: Table<WantedRow, [string, number]>
  declare stockChanges: Table<StockChange, number>
  declare learned: Table<LearnedVersion, [string, string]>
  declare meta: Table<MetaRow, string>

  /** @param records the kinds that have a table of their own here */
  constructor(name: string, records: RecordRegistry = RECORDS) {
    super(name, strictIndexedDb())
    this.records = records
    this.version(1).stores({
      products: 'id, rev',
      inventory: 'id, product_id',
      tombstones: '[kind+id], rev',
      wanted: '[kind+id]',
      stockChanges: '++key, product_id',
      meta: 'key',
    })
    this.version(2).stores({ staff: 'id', settings: 'key', learned: '[offline_id+record], at' })
    this.version(SPLIT).stores({ wantedRows: '[resource+id]', settings: null, wanted: null }).upgrade(splitRecords)
    for (const { table, indexes, since, resource } of records.kinds.values()) {
      if (since < SPLIT) continue
      const version = this.version(since).stores({ [table]: ['id', ...indexes].join(', ') })
      if (since > SPLIT && !findResource(records, resource)?.isHistory) version.upgrade(compareAnew)
    }
  }

  /** The table of a kind's records. */
  tableOf({ table }: RecordKind): Table<RecordRow, number> {
    return this.table(table)
  }

  /** What a change of records reads and writes. */
  get recordTables(): Table[] {
    const { tombstones, wantedRows, stockChanges, learned, meta } = this
    const kinds = [...this.records.kinds.values()].map((kind) => this.tableOf(kind))
    return [...kinds, tombstones, wantedRows, stockChanges, learned, meta]
  }
}

/** Name of the cache database on a device. */
export const CACHE_DB_NAME = 'mstore-cache'

/** From this version on the tables of records are as their kinds declare them. */
const SPLIT = 3

/** What is here is not what the server was asked about before: its "nothing newer" is no answer to the next question (rule R2). */
async function compareAnew(tx: Transaction): Promise<void> {
  await tx.table('meta').delete('etag')
}

/** Version 2 kept a product's stock in its row, named where a row comes from after its kind, and wanted rows by kind. */
async function splitRecords(tx: Transaction): Promise<void> {
  await compareAnew(tx)
  const [products, inventory, staff, settings, tombstones, wanted] = await Promise.all(
    ['products', 'inventory', 'staff', 'settings', 'tombstones', 'wanted'].map((name) => tx.table(name).toArray()),
  )
  const write = (table: string, rows: readonly object[] = []) => tx.table(table).bulkPut(rows)
  await Promise.all([
    write(
      'stocks',
      products?.map(({ id, stock: quantity, stock_version: version, stocked: provenance }) => ({
        id,
        quantity,
        version,
        provenance,
      })),
    ),
    write(
      'products',
      products?.map(({ stock: _, stock_version: __, stocked: ___, catalogue: provenance, ...row }) => ({
        ...row,
        provenance,
      })),
    ),
    write(
      'inventory',
      inventory?.map(({ counted: provenance, ...row }) => ({ ...row, provenance })),
    ),
    write(
      'staff',
      staff?.map(({ kept: provenance, ...row }) => ({ ...row, provenance })),
    ),
    write(
      'branchSettings',
      settings?.map(({ kept: provenance, key: _, ...row }) => ({ ...row, id: SETTINGS_ID, provenance })),
    ),
    write(
      'wantedRows',
      wanted?.map(({ kind: resource, id }) => ({ resource, id })),
    ),
    write(
      'tombstones',
      tombstones?.flatMap(({ stock_version: version, ...row }) => {
        const { rev: _, ...unlisted } = row
        return row.kind === 'product' ? [row, { ...unlisted, kind: 'stock', version }] : [unlisted]
      }),
    ),
  ])
}

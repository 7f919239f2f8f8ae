import { RECORDS } from '../../../src/contract/records/registry.ts'
import type {
  InventoryRow,
  ProductRow,
  RecordRow,
  RowWrites,
  StockedProduct,
  StockRow,
  StoredRows,
  Tombstone,
} from '../../../src/db/rows.ts'
import { recordKey } from '../../../src/db/rows.ts'

export const EPOCH = 'life-1'
export const CONTEXT = { records: RECORDS, epoch: EPOCH, rev: 10, now: 1_000 }

/** A change of rows that changes none. */
export const NO_WRITES: RowWrites = {
  put: new Map(),
  removed: new Map(),
  tombstones: [],
  revived: [],
  wanted: [],
  stockChanges: [],
  learned: [],
  rev: 0,
}

/** A change of these rows alone. */
export function writesOf(kind: string, ...rows: RecordRow[]): RowWrites {
  return { ...NO_WRITES, put: new Map([[kind, rows]]) }
}

export function productRow(row: Partial<ProductRow> & { id: number }): ProductRow {
  return {
    name: `Product ${row.id}`,
    sku: null,
    barcode: null,
    category: null,
    price: 1000,
    unit: 'pcs',
    active: true,
    version: 1,
    provenance: { epoch: EPOCH },
    rev: 1,
    ...row,
  }
}

export function stockRow(row: Partial<StockRow> & { id: number }): StockRow {
  return { quantity: 100, version: 1, provenance: { epoch: EPOCH }, ...row }
}

export function stockedProduct(stocked: StockRow): StockedProduct {
  return { ...productRow({ id: stocked.id }), stock: stocked.quantity, stocked }
}

export function inventoryRow(row: Partial<InventoryRow> & { id: number }): InventoryRow {
  return { product_id: 1, place: 'Toko', quantity: 100, version: 1, provenance: { epoch: EPOCH }, ...row }
}

export function tombstone(row: Partial<Tombstone> & { id: number }): Tombstone {
  return { kind: 'product', version: 5, epoch: EPOCH, at: 0, rev: 1, ...row }
}

export function storedRows(rows: {
  product?: ProductRow[]
  stock?: StockRow[]
  inventory?: InventoryRow[]
  tombstones?: Tombstone[]
}): StoredRows {
  const { tombstones = [], ...records } = rows
  return {
    records: new Map(
      Object.entries(records).map(([kind, stored]) => [kind, new Map(stored.map((row) => [row.id, row]))]),
    ),
    tombstones: new Map(tombstones.map((row) => [recordKey(row.kind, row.id), row])),
  }
}

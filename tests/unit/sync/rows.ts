import type { InventoryRow, ProductRow, RowWrites, StoredRows, Tombstone } from '../../../src/db/rows.ts'
import { tombstoneKey } from '../../../src/db/rows.ts'

export const EPOCH = 'life-1'

/** A change of rows that changes none. */
export const NO_WRITES: RowWrites = {
  products: [],
  inventory: [],
  removedProducts: [],
  removedInventory: [],
  tombstones: [],
  revived: [],
  wanted: [],
  stockChanges: [],
  staff: [],
  settings: null,
  learned: [],
  rev: 0,
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
    catalogue: { epoch: EPOCH },
    stock: 100,
    stock_version: 1,
    stocked: { epoch: EPOCH },
    rev: 1,
    ...row,
  }
}

export function inventoryRow(row: Partial<InventoryRow> & { id: number }): InventoryRow {
  return { product_id: 1, place: 'Toko', quantity: 100, version: 1, counted: { epoch: EPOCH }, ...row }
}

export function tombstone(row: Partial<Tombstone> & { id: number }): Tombstone {
  return { kind: 'product', version: 5, stock_version: 5, epoch: EPOCH, at: 0, rev: 1, ...row }
}

export function storedRows(rows: {
  products?: ProductRow[]
  inventory?: InventoryRow[]
  tombstones?: Tombstone[]
}): StoredRows {
  return {
    products: new Map((rows.products ?? []).map((row) => [row.id, row])),
    inventory: new Map((rows.inventory ?? []).map((row) => [row.id, row])),
    tombstones: new Map((rows.tombstones ?? []).map((row) => [tombstoneKey(row.kind, row.id), row])),
    staff: new Map(),
    settings: null,
  }
}

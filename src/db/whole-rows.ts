import { INVENTORY } from '../contract/records/inventory.ts'
import { PRODUCT } from '../contract/records/product.ts'
import type { RecordKind } from '../contract/records/record-kind.ts'
import { SETTINGS } from '../contract/records/settings.ts'
import { STAFF } from '../contract/records/staff.ts'
import { STOCK } from '../contract/records/stock.ts'
import { TRANSACTION } from '../contract/records/transaction.ts'
import type {
  BranchSaleRow,
  InventoryRow,
  ProductRow,
  Provenance,
  RecordRow,
  SettingsRow,
  StaffRow,
  StockRow,
} from './rows.ts'

/**
 * Rows of the cache that another version left, half written or garbled, count as none: an event makes them wanted, a comparison finds
 * them missing, and either way the server's take their place (rule R2).
 * @returns the check for rows of this kind
 */
export function wholeRowCheck<Row extends RecordRow>(kind: RecordKind): (row: Row | undefined) => row is Row {
  const fields = Object.entries(kind.fields)
  return (row): row is Row => {
    if (row === undefined || !isId(row.id) || !isVersion(row.version) || !isProvenance(row.provenance)) return false
    if (kind.isListed && !Number.isFinite(row.rev)) return false
    const values: Readonly<Record<string, unknown>> = row as object as Record<string, unknown>
    for (const [name, check] of fields) if (!check(values[name])) return false
    return true
  }
}

/** Ids outside of these are reached by no comparison. */
function isId(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}

/** A larger version would keep every later one out. */
function isVersion(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isProvenance(value: Provenance | null | undefined): boolean {
  return typeof value === 'object' && value !== null && (value.epoch === null || typeof value.epoch === 'string')
}

export const isWholeProduct = wholeRowCheck<ProductRow>(PRODUCT)
export const isWholeStock = wholeRowCheck<StockRow>(STOCK)
export const isWholeInventory = wholeRowCheck<InventoryRow>(INVENTORY)
export const isWholeStaff = wholeRowCheck<StaffRow>(STAFF)
export const isWholeSettings = wholeRowCheck<SettingsRow>(SETTINGS)
export const isWholeBranchSale = wholeRowCheck<BranchSaleRow>(TRANSACTION)

/**
 * Rows of the cache that another version left, half written or garbled, count as none: an event makes them wanted, a comparison finds
 * them missing, and either way the server's take their place (rule R2). By hand, since lists read 50,000 of them.
 */
import type { InventoryRow, ProductRow, Provenance } from './rows.ts'

/** Rupiah or units; no price or stock of the contract is larger. */
const AMOUNT_MAX = 1e12

export function isWholeProduct(row: ProductRow): boolean {
  return (
    isId(row.id) &&
    typeof row.name === 'string' &&
    isTextOrNull(row.sku) &&
    isTextOrNull(row.barcode) &&
    isTextOrNull(row.category) &&
    isAmount(row.price) &&
    typeof row.unit === 'string' &&
    typeof row.active === 'boolean' &&
    Number.isFinite(row.version) &&
    isProvenance(row.catalogue) &&
    isAmount(row.stock) &&
    Number.isFinite(row.stock_version) &&
    isProvenance(row.stocked) &&
    Number.isFinite(row.rev)
  )
}

export function isWholeInventory(row: InventoryRow): boolean {
  return (
    isId(row.id) &&
    isId(row.product_id) &&
    typeof row.place === 'string' &&
    isAmount(row.quantity) &&
    Number.isFinite(row.version) &&
    isProvenance(row.counted)
  )
}

/** No comparison reaches a row beyond these. */
function isId(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}

/** What can be counted with. */
function isAmount(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= AMOUNT_MAX
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}

function isProvenance(value: Provenance | null | undefined): boolean {
  return typeof value === 'object' && value !== null && isTextOrNull(value.epoch)
}

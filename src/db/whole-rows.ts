/**
 * Rows of the cache that another version left, half written or garbled, count as none: an event makes them wanted, a comparison finds
 * them missing, and either way the server's take their place (rule R2). By hand, since lists read 50,000 of them.
 */
import type { StaffRole } from '../contract/records/staff.ts'
import type { InventoryRow, ProductRow, Provenance, SettingsRow, StaffRow } from './rows.ts'

/** Rupiah or units; no price or stock of the contract is larger. */
const AMOUNT_MAX = 1e12
const ROLES: ReadonlySet<unknown> = new Set<StaffRole>(['cashier', 'supervisor', 'owner'])

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

export function isWholeStaff(row: StaffRow): boolean {
  return (
    isId(row.id) &&
    typeof row.name === 'string' &&
    ROLES.has(row.role) &&
    typeof row.pin_hash === 'string' &&
    typeof row.active === 'boolean' &&
    isVersion(row.version) &&
    isProvenance(row.kept)
  )
}

/** Each value in it is read by itself (src/contract/settings.ts). */
export function isWholeSettings(row: SettingsRow): boolean {
  return (
    typeof row.values === 'object' &&
    row.values !== null &&
    !Array.isArray(row.values) &&
    typeof row.updated_at === 'string' &&
    isVersion(row.version) &&
    isProvenance(row.kept)
  )
}

/** No comparison reaches a row beyond these. */
function isId(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}

/** A larger one would stand in the way of every later one. */
function isVersion(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
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

/**
 * What a batch of events does to the stored rows (rules C2, C7). Pure: the database reads the rows that the batch names
 * inside its transaction, this decides, the database writes exactly what is returned.
 *
 * Several events on one record fold into one written row. An event on a row that is not here makes it wanted: it is
 * fetched whole, never inserted in part.
 */
import type { EventData, EventPosition, KnownEvent } from '../../contract/events.ts'
import type { Inventory } from '../../contract/records/inventory.ts'
import type { Product } from '../../contract/records/product.ts'
import type { Settings } from '../../contract/records/settings.ts'
import type { Staff } from '../../contract/records/staff.ts'
import { type ProductRow, type RowWrites, type StoredRows, stockRecord } from '../../db/rows.ts'
import { type ApplyContext, Draft } from './draft.pure.ts'
import { type IncomingState, isBuried, isNewer, provenanceAfter } from './version-rule.pure.ts'

/** The rows that a batch touches. */
export interface TouchedKeys {
  readonly products: readonly number[]
  readonly inventory: readonly number[]
  readonly staff: readonly number[]
  readonly settings: boolean
  /** `offline_id`s of operations that these events are of (rule D2). */
  readonly operations: readonly string[]
}

export interface ApplyOutcome {
  readonly writes: RowWrites
  /** For each event, in order: did it change a row, was it older than what is stored, or of no concern to the cache. */
  readonly verdicts: readonly ('applied' | 'older' | 'wanted' | 'ignored')[]
}

/** The rows that must be read to apply these events. */
export function touchedKeys(events: readonly KnownEvent[]): TouchedKeys {
  const products = new Set<number>()
  const inventory = new Set<number>()
  const staff = new Set<number>()
  const operations = new Set<string>()
  let settings = false
  for (const event of events) {
    switch (event.type) {
      case 'stock_updated':
        if (event.data.offline_id) operations.add(event.data.offline_id)
        products.add(event.data.product_id)
        break
      case 'product_removed':
        products.add(event.data.product_id)
        break
      case 'product_changed':
        products.add(event.data.id)
        break
      case 'quantity_updated':
      case 'inventory_removed':
        inventory.add(event.data.inventory_id)
        break
      case 'inventory_changed':
        inventory.add(event.data.id)
        break
      case 'transaction_created':
      case 'transaction_updated':
        if (event.data.offline_id && event.data.versions) operations.add(event.data.offline_id)
        break
      case 'settings_changed':
        settings = true
        break
      case 'staff_changed':
        staff.add(event.data.id)
        break
    }
  }
  return {
    products: [...products],
    inventory: [...inventory],
    staff: [...staff],
    settings,
    operations: [...operations],
  }
}

/** Applies events in order to the stored rows. Never throws. */
export function applyEvents(events: readonly KnownEvent[], stored: StoredRows, context: ApplyContext): ApplyOutcome {
  const draft = new Draft(stored, context)
  const verdicts = events.map((event) => applyEvent(draft, event))
  return { writes: draft.writes(), verdicts }
}

type Verdict = ApplyOutcome['verdicts'][number]

function applyEvent(draft: Draft, event: KnownEvent): Verdict {
  switch (event.type) {
    case 'stock_updated':
      return applyStock(draft, event, event.data)
    case 'product_changed':
      return applyProduct(draft, event.data, incoming(draft, event, event.data.version))
    case 'product_removed':
      return removeProduct(draft, event, event.data)
    case 'quantity_updated':
      return applyQuantity(draft, event, event.data)
    case 'inventory_changed':
      return applyInventory(draft, event.data, incoming(draft, event, event.data.version))
    case 'inventory_removed':
      return removeInventory(draft, event, event.data)
    case 'transaction_created':
    case 'transaction_updated':
      learnVersions(draft, event, event.data)
      return 'ignored'
    case 'settings_changed':
      return applySettings(draft, event.data, incoming(draft, event, event.data.version))
    case 'staff_changed':
      return applyStaff(draft, event.data, incoming(draft, event, event.data.version))
  }
}

/** A complete product from an event or from REST: its catalogue and its stock are judged each by its own version. */
export function applyProduct(draft: Draft, product: Product, state: IncomingState): Verdict {
  const row = draft.product(product.id)
  const tombstone = draft.tombstone('product', product.id)
  const stockState: IncomingState = { ...state, version: product.stock_version }
  if (!row) {
    if (isBuried(state, tombstone)) return 'older'
    draft.putProduct({
      ...catalogueOf(product),
      catalogue: provenanceAfter(state, undefined),
      stock: product.stock,
      stock_version: product.stock_version,
      stocked: provenanceAfter(stockState, undefined),
      rev: draft.nextRev(),
    })
    return 'applied'
  }
  const newCatalogue = isNewer(state, { version: row.version, provenance: row.catalogue })
  const newStock = isNewer(stockState, { version: row.stock_version, provenance: row.stocked })
  if (!newCatalogue && !newStock) return 'older'
  const next: ProductRow = { ...row }
  if (newCatalogue) {
    const changed = hasOtherCatalogue(row, product)
    Object.assign(next, catalogueOf(product), { catalogue: provenanceAfter(state, row.catalogue) })
    if (changed) next.rev = draft.nextRev()
  }
  if (newStock) {
    next.stock = product.stock
    next.stock_version = product.stock_version
    next.stocked = provenanceAfter(stockState, row.stocked)
  }
  draft.putProduct(next)
  return 'applied'
}

/** A complete inventory row from an event or from REST. */
export function applyInventory(draft: Draft, inventory: Inventory, state: IncomingState): Verdict {
  const row = draft.inventory(inventory.id)
  if (!row && isBuried(state, draft.tombstone('inventory', inventory.id))) return 'older'
  if (row && !isNewer(state, { version: row.version, provenance: row.counted })) return 'older'
  draft.putInventory({
    id: inventory.id,
    product_id: inventory.product_id,
    place: inventory.place ?? '',
    quantity: inventory.quantity,
    version: inventory.version,
    counted: provenanceAfter(state, row?.counted),
  })
  return 'applied'
}

/** A complete member of staff from an event or from REST. */
export function applyStaff(draft: Draft, staff: Staff, state: IncomingState): Verdict {
  const row = draft.staff(staff.id)
  if (row && !isNewer(state, { version: row.version, provenance: row.kept })) return 'older'
  // Whatever server sends it: an owner's hash, or a leaver's, is not kept on a device.
  const isShared = staff.active && staff.role !== 'owner'
  draft.putStaff({ ...staff, pin_hash: isShared ? staff.pin_hash : '', kept: provenanceAfter(state, row?.kept) })
  return 'applied'
}

/** The branch's settings from an event or from REST. The server decided which write was the last. */
export function applySettings(draft: Draft, settings: Settings, state: IncomingState): Verdict {
  const row = draft.settings()
  if (row && !isNewer(state, { version: row.version, provenance: row.kept })) return 'older'
  draft.putSettings({ ...settings, key: 'branch', kept: provenanceAfter(state, row?.kept) })
  return 'applied'
}

/** The whole list of an operation's versions, which its transaction's event carries (rule S10). */
function learnVersions(draft: Draft, event: EventPosition, data: EventData<'transaction_created'>): void {
  const { offline_id: offlineId, versions } = data
  if (!offlineId || !versions) return
  for (const [record, version] of Object.entries(versions)) {
    draft.learn(offlineId, record, version, event.epoch ?? draft.context.epoch)
  }
}

function applyStock(draft: Draft, event: EventPosition, data: EventData<'stock_updated'>): Verdict {
  const state = incoming(draft, event, data.version)
  if (data.offline_id && data.version !== undefined) {
    draft.learn(data.offline_id, stockRecord(data.product_id), data.version, state.epoch)
  }
  const row = draft.product(data.product_id)
  if (!row) {
    const tombstone = draft.tombstone('product', data.product_id)
    if (tombstone && isBuried(state, { version: tombstone.stock_version, epoch: tombstone.epoch })) return 'older'
    draft.want('product', data.product_id)
    return 'wanted'
  }
  if (!isNewer(state, { version: row.stock_version, provenance: row.stocked })) return 'older'
  draft.putProduct({
    ...row,
    stock: data.new_stock,
    stock_version: data.version ?? row.stock_version,
    stocked: provenanceAfter(state, row.stocked),
  })
  draft.noteStockChange({
    product_id: data.product_id,
    at: event.timestamp === undefined ? draft.context.now : Date.parse(event.timestamp),
    old_stock: data.old_stock ?? row.stock,
    new_stock: data.new_stock,
    reason: data.reason ?? null,
    updated_by: data.updated_by ?? null,
  })
  return 'applied'
}

function applyQuantity(draft: Draft, event: EventPosition, data: EventData<'quantity_updated'>): Verdict {
  const state = incoming(draft, event, data.version)
  const row = draft.inventory(data.inventory_id)
  if (!row) {
    if (isBuried(state, draft.tombstone('inventory', data.inventory_id))) return 'older'
    draft.want('inventory', data.inventory_id)
    return 'wanted'
  }
  if (!isNewer(state, { version: row.version, provenance: row.counted })) return 'older'
  draft.putInventory({
    ...row,
    place: data.place ?? row.place,
    quantity: data.new_quantity,
    version: data.version ?? row.version,
    counted: provenanceAfter(state, row.counted),
  })
  return 'applied'
}

function removeProduct(draft: Draft, event: EventPosition, data: EventData<'product_removed'>): Verdict {
  const state = incoming(draft, event, data.version)
  const row = draft.product(data.product_id)
  if (row && !isNewer(state, { version: row.version, provenance: row.catalogue })) return 'older'
  if (!row && isBuried(state, draft.tombstone('product', data.product_id))) return 'older'
  draft.bury('product', data.product_id, data.version, data.stock_version, state.epoch)
  return 'applied'
}

function removeInventory(draft: Draft, event: EventPosition, data: EventData<'inventory_removed'>): Verdict {
  const state = incoming(draft, event, data.version)
  const row = draft.inventory(data.inventory_id)
  if (row && !isNewer(state, { version: row.version, provenance: row.counted })) return 'older'
  if (!row && isBuried(state, draft.tombstone('inventory', data.inventory_id))) return 'older'
  draft.bury('inventory', data.inventory_id, data.version, 0, state.epoch)
  return 'applied'
}

function incoming(draft: Draft, event: EventPosition, version: number | undefined): IncomingState {
  return { version, epoch: event.epoch ?? draft.context.epoch, timestamp: event.timestamp, source: 'event' }
}

function catalogueOf(product: Product) {
  return {
    id: product.id,
    name: product.name,
    sku: product.sku,
    barcode: product.barcode,
    category: product.category,
    price: product.price,
    unit: product.unit ?? 'pcs',
    active: product.active ?? true,
    version: product.version,
  }
}

function hasOtherCatalogue(row: ProductRow, product: Product): boolean {
  const { version: _, ...next } = catalogueOf(product)
  return Object.entries(next).some(([field, value]) => row[field as keyof typeof next] !== value)
}

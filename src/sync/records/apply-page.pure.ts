/**
 * What one page of a full refresh does to the stored rows (rules C2, R3, R4). Pure; the database runs it inside the page's
 * transaction.
 */
import type { Inventory } from '../../contract/records/inventory.ts'
import type { Product } from '../../contract/records/product.ts'
import type { Position, RecordKind, RowWrites, StoredRows } from '../../db/rows.ts'
import { applyInventory, applyProduct } from './apply-events.pure.ts'
import { type ApplyContext, Draft } from './draft.pure.ts'
import type { IncomingState } from './version-rule.pure.ts'

const NONE: ReadonlySet<number> = new Set()

/** A page with the place in the log at which it was read. `seq` and `epoch` are null from a backend without a log. */
export type Page = PagePlace &
  (
    | { readonly resource: 'product'; readonly rows: readonly Product[] }
    | { readonly resource: 'inventory'; readonly rows: readonly Inventory[] }
  )

export interface PagePlace {
  /** The page holds the ids after this one. */
  readonly afterId: number
  readonly lastId: number
  readonly hasMore: boolean
  readonly total: number | null
  readonly seq: number | null
  readonly epoch: string | null
}

/** The ids that a page speaks for: after `after`, up to `upTo` (null: to the end). */
export function pageRange(page: PagePlace): { after: number; upTo: number | null } {
  return { after: page.afterId, upTo: page.hasMore ? page.lastId : null }
}

/**
 * Stores the page's rows and removes what the server no longer has. `stored` holds every row and tombstone in the page's
 * range. A local row that the page lacks goes only when the page is as new as what was applied here, or the row is of
 * another epoch: else an event already applied has created it [R3]. Products in `heldBack` keep their old value: an operation of
 * this counter on them has no verdict, so nobody knows whether the page holds it [R5].
 */
export function applyPage(
  page: Page,
  stored: StoredRows,
  position: Position,
  context: ApplyContext,
  heldBack: ReadonlySet<number> = NONE,
): RowWrites {
  const draft = new Draft(stored, context)
  if (page.resource === 'product') {
    for (const row of page.rows) {
      if (!heldBack.has(row.id)) applyProduct(draft, row, fromRest(row.version, page.epoch))
    }
  } else {
    for (const row of page.rows) applyInventory(draft, row, fromRest(row.version, page.epoch))
  }
  const listed = new Set(page.rows.map((row) => row.id))
  for (const local of localRows(page.resource, stored)) {
    if (listed.has(local.id)) continue
    if (isPageCurrent(page, position) || local.epoch !== page.epoch) {
      draft.bury(page.resource, local.id, local.version, local.stockVersion, local.epoch)
    }
  }
  return draft.writes()
}

/** Rows fetched by id because an event named them: the server's answer is complete for exactly these ids. */
export function applyFetchedRows(
  rows: {
    readonly products: readonly Product[]
    readonly inventory: readonly Inventory[]
    readonly epoch: string | null
  },
  stored: StoredRows,
  context: ApplyContext,
): RowWrites {
  const draft = new Draft(stored, context)
  for (const row of rows.products) applyProduct(draft, row, fromRest(row.version, rows.epoch))
  for (const row of rows.inventory) applyInventory(draft, row, fromRest(row.version, rows.epoch))
  return draft.writes()
}

function isPageCurrent(page: PagePlace, position: Position): boolean {
  return position.cursor === null || page.seq === null || position.cursor <= page.seq
}

function localRows(resource: RecordKind, stored: StoredRows) {
  if (resource === 'product') {
    return [...stored.products.values()].map((row) => ({
      id: row.id,
      version: row.version,
      stockVersion: row.stock_version,
      epoch: row.catalogue.epoch,
    }))
  }
  return [...stored.inventory.values()].map((row) => ({
    id: row.id,
    version: row.version,
    stockVersion: 0,
    epoch: row.counted.epoch,
  }))
}

function fromRest(version: number, epoch: string | null): IncomingState {
  return { version, epoch, timestamp: undefined, source: 'rest' }
}

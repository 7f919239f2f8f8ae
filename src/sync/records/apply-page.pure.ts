/**
 * What rows of a resource, fetched by REST, do to the stored records (rules C2, R3, R4). Pure; the database runs it inside the
 * transaction that stores them.
 */
import { kindsOf } from '../../contract/records/registry.ts'
import type { IdRange, Position, RecordRow, RowWrites, StoredRows } from '../../db/rows.ts'
import { applyNews } from './apply-events.pure.ts'
import { type ApplyContext, Draft } from './draft.pure.ts'

const NONE: ReadonlySet<number> = new Set()

/** A page with the place in the log at which it was read. `seq` and `epoch` are null from a backend without a log. */
export interface Page {
  readonly resource: string
  /** As the resource's schema gives them. */
  readonly rows: readonly { readonly id: number }[]
  /** The page holds the ids after this one. */
  readonly afterId: number
  readonly lastId: number
  readonly hasMore: boolean
  readonly total: number | null
  readonly seq: number | null
  readonly epoch: string | null
}

/** The ids that a page speaks for. */
export function pageRange({ afterId, hasMore, lastId }: Page): IdRange {
  return { after: afterId, upTo: hasMore ? lastId : null }
}

/**
 * Stores the page's rows and removes what the server no longer has. `stored` holds every record and tombstone in the page's range. A
 * local record that the page lacks goes only when the page is as new as what was applied here, or the record is of another epoch: else an
 * event already applied has created it [R3]. Rows in `heldBack` leave what is stored: an operation of this counter on them has no
 * verdict, so nobody knows whether the page holds it [R5].
 */
export function applyPage(
  page: Page,
  stored: StoredRows,
  position: Position,
  context: ApplyContext,
  heldBack: ReadonlySet<number> = NONE,
): RowWrites {
  const draft = new Draft(stored, context)
  const listed = new Set(page.rows.map(({ id }) => id))
  putRows(
    draft,
    page.resource,
    page.rows.filter(({ id }) => !heldBack.has(id)),
    page.epoch,
  )
  for (const kind of kindsOf(context.records, page.resource)) {
    for (const local of missing(stored.records.get(kind.name), listed)) {
      const { epoch } = local.provenance
      if (isPageCurrent(page, position) || epoch !== page.epoch) draft.bury(kind, local.id, local.version, epoch)
    }
  }
  return draft.writes()
}

/** Rows fetched by id because an event named them: the server's answer is complete for exactly these ids. */
export function applyFetchedRows(
  { resource, rows, epoch }: Pick<Page, 'resource' | 'rows' | 'epoch'>,
  stored: StoredRows,
  context: ApplyContext,
): RowWrites {
  const draft = new Draft(stored, context)
  putRows(draft, resource, rows, epoch)
  return draft.writes()
}

/**
 * All rows of a resource that has no pages. Its answer does not say where in the log it was read: what it lacks goes without a
 * tombstone, so an event or the next answer brings it back.
 */
export function applyList(
  resource: string,
  rows: readonly unknown[],
  stored: StoredRows,
  context: ApplyContext,
): RowWrites {
  const draft = new Draft(stored, context)
  putRows(draft, resource, rows, context.epoch)
  for (const kind of kindsOf(context.records, resource)) {
    const listed = new Set(rows.map((row) => kind.fromRow(row).id))
    for (const { id } of missing(stored.records.get(kind.name), listed)) draft.drop(kind, id)
  }
  return draft.writes()
}

function putRows(draft: Draft, resource: string, rows: readonly unknown[], epoch: string | null): void {
  for (const kind of kindsOf(draft.context.records, resource)) {
    for (const row of rows) {
      applyNews(draft, kind, kind.fromRow(row), { epoch, timestamp: undefined, source: 'rest' })
    }
  }
}

function missing(stored: ReadonlyMap<number, RecordRow> | undefined, listed: ReadonlySet<number>): RecordRow[] {
  return [...(stored?.values() ?? [])].filter(({ id }) => !listed.has(id))
}

function isPageCurrent(page: Page, position: Position): boolean {
  return position.cursor === null || page.seq === null || position.cursor <= page.seq
}

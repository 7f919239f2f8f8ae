/**
 * The transactions that change the cache. Each reads what it decides upon inside itself (rule C3) and hands it to a pure
 * decision; this file knows how rows are stored, not which of two is newer.
 */
import type { CacheDb } from './cache-db.ts'
import { readMeta, writeMeta } from './meta.ts'
import { readSettings } from './people.ts'
import {
  type InventoryRow,
  type Position,
  type ProductRow,
  type RecordKind,
  type RefreshState,
  type RowWrites,
  type StoredRows,
  type Tombstone,
  tombstoneKey,
  type WantedRow,
} from './rows.ts'
import { trimStockChanges } from './stock-changes.ts'
import { isWholeInventory, isWholeProduct, isWholeStaff } from './whole-rows.ts'

const NOWHERE: Position = { epoch: null, cursor: null }
/** Dexie takes a put of 50 rows or more for a change of the whole table; smaller ones name their keys (rule V1). */
const NARROW = 49

export async function readPosition(db: CacheDb): Promise<Position> {
  return (await readMeta(db, 'position')) ?? NOWHERE
}

/**
 * Applies a batch of events and moves the cursor in one transaction. `moved` and nothing written when the stored position
 * is not the one that the batch was made for: another tab or a refresh has been here (rule C3).
 */
export async function commitEvents(
  db: CacheDb,
  batch: {
    readonly expected: Position
    /** Null leaves the cursor alone (rule C6). */
    readonly cursor: number | null
    readonly products: readonly number[]
    readonly inventory: readonly number[]
    readonly staff: readonly number[]
    readonly settings: boolean
    readonly learns: boolean
    readonly decide: (stored: StoredRows, rev: number) => RowWrites
  },
): Promise<'committed' | 'moved'> {
  return await db.transaction(
    'rw',
    [db.products, db.inventory, db.tombstones, db.wanted, db.stockChanges, db.staff, db.settings, db.learned, db.meta],
    async () => {
      const position = await readPosition(db)
      if (!isSamePosition(position, batch.expected)) return 'moved'
      if (namesRows(batch)) {
        const [stored, rev] = await Promise.all([readRows(db, batch), readRev(db)])
        const writes = batch.decide(stored, rev)
        await writeRows(db, writes, rev)
        // What an unversioned event left is not the server's page any more: the next refresh must fetch it (rule C2).
        if (hasUnversioned(writes)) await db.meta.delete('etag')
      }
      if (batch.cursor !== null) await writeMeta(db, 'position', { epoch: position.epoch, cursor: batch.cursor })
      return 'committed'
    },
  )
}

/** Notes that everything stored is complete up to this server time, if the log has been applied up to `seq`. */
export async function commitFreshness(db: CacheDb, asOf: number, seq: number): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const position = await readPosition(db)
    if (position.cursor !== null && position.cursor >= seq) await writeMeta(db, 'freshness', { asOf })
  })
}

/**
 * Stores one page of a refresh with the refresh's new state, in one transaction. `decide` gets the stored refresh state and
 * answers null when the page is not to be stored; then nothing is written and false is returned.
 */
export async function commitPage(
  db: CacheDb,
  page: {
    readonly resource: RecordKind
    readonly range: { readonly after: number; readonly upTo: number | null }
    readonly decide: (input: {
      readonly refresh: RefreshState | undefined
      readonly position: Position
      readonly stored: StoredRows
      readonly rev: number
    }) => { readonly rows: RowWrites; readonly refresh: RefreshState; readonly position: Position } | null
  },
): Promise<boolean> {
  return await db.transaction(
    'rw',
    [db.products, db.inventory, db.tombstones, db.wanted, db.stockChanges, db.staff, db.settings, db.learned, db.meta],
    async () => {
      const [refresh, position, stored, rev] = await Promise.all([
        readMeta(db, 'refresh'),
        readPosition(db),
        readRange(db, page.resource, page.range),
        readRev(db),
      ])
      const decided = page.decide({ refresh, position, stored, rev })
      if (!decided) return false
      await writeRows(db, decided.rows, rev)
      await writeMeta(db, 'refresh', decided.refresh)
      if (!isSamePosition(decided.position, position)) await writeMeta(db, 'position', decided.position)
      if (decided.refresh.phase === 'complete') {
        const { etag } = decided.refresh
        if (etag !== null) await writeMeta(db, 'etag', { value: etag })
        else await db.meta.delete('etag')
        await db.tombstones.filter((tombstone) => tombstone.at < decided.refresh.startedAt).delete()
        await trimStockChanges(db)
      }
      return true
    },
  )
}

/** Begins a refresh; a forced one gives up the cursor, so that live events and catch-up wait for it (rule R4). */
export async function commitRefreshStart(db: CacheDb, refresh: RefreshState): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    await writeMeta(db, 'refresh', refresh)
    if (refresh.forced) await writeMeta(db, 'position', NOWHERE)
  })
}

/** Ends a refresh that found nothing changed (304). False when another context has gone on with it meanwhile. */
export async function commitRefreshUnchanged(db: CacheDb, expected: RefreshState, now: number): Promise<boolean> {
  return await db.transaction('rw', db.meta, async () => {
    const stored = await readMeta(db, 'refresh')
    if (stored?.startedAt !== expected.startedAt || stored.lastId !== expected.lastId) return false
    await writeMeta(db, 'refresh', { ...stored, phase: 'complete', finishedAt: now })
    return true
  })
}

/** Rows that events named and that are not here. */
export async function readWanted(db: CacheDb, limit: number): Promise<WantedRow[]> {
  return await db.wanted.limit(limit).toArray()
}

/**
 * Stores rows that were fetched by id and forgets that they were wanted, found or not. `moved` and nothing written when
 * their epoch is not the stored position's.
 */
export async function commitFetchedRows(
  db: CacheDb,
  fetched: {
    readonly epoch: string | null
    readonly asked: readonly WantedRow[]
    readonly products: readonly number[]
    readonly inventory: readonly number[]
    readonly decide: (stored: StoredRows, rev: number) => RowWrites
  },
): Promise<'committed' | 'moved'> {
  return await db.transaction(
    'rw',
    [db.products, db.inventory, db.tombstones, db.wanted, db.stockChanges, db.staff, db.settings, db.learned, db.meta],
    async () => {
      const position = await readPosition(db)
      if (position.epoch !== fetched.epoch) return 'moved'
      const [stored, rev] = await Promise.all([readRows(db, fetched), readRev(db)])
      await writeRows(db, fetched.decide(stored, rev), rev)
      await db.wanted.bulkDelete(fetched.asked.map(({ kind, id }) => [kind, id]))
      return 'committed'
    },
  )
}

export function isSamePosition(a: Position, b: Position): boolean {
  return a.epoch === b.epoch && a.cursor === b.cursor
}

export async function readRev(db: CacheDb): Promise<number> {
  return (await readMeta(db, 'rev'))?.value ?? 0
}

async function readRows(
  db: CacheDb,
  keys: {
    readonly products: readonly number[]
    readonly inventory: readonly number[]
    readonly staff?: readonly number[]
    readonly settings?: boolean
  },
): Promise<StoredRows> {
  const tombstoneKeys: [RecordKind, number][] = [
    ...keys.products.map((id): [RecordKind, number] => ['product', id]),
    ...keys.inventory.map((id): [RecordKind, number] => ['inventory', id]),
  ]
  const [products, inventory, tombstones, staff, settings] = await Promise.all([
    keys.products.length > 0 ? db.products.bulkGet([...keys.products]) : [],
    keys.inventory.length > 0 ? db.inventory.bulkGet([...keys.inventory]) : [],
    tombstoneKeys.length > 0 ? db.tombstones.bulkGet(tombstoneKeys) : [],
    keys.staff && keys.staff.length > 0 ? db.staff.bulkGet([...keys.staff]) : [],
    keys.settings ? readSettings(db) : undefined,
  ])
  const people = {
    staff: new Map(
      defined(staff)
        .filter(isWholeStaff)
        .map((row) => [row.id, row]),
    ),
    settings: settings ?? null,
  }
  return { ...toMaps(defined(products), defined(inventory), defined(tombstones)), ...people }
}

export async function readRange(
  db: CacheDb,
  resource: RecordKind,
  { after, upTo }: { readonly after: number; readonly upTo: number | null },
): Promise<StoredRows> {
  const end = upTo ?? Number.MAX_SAFE_INTEGER
  const [products, inventory, tombstones] = await Promise.all([
    resource === 'product' ? db.products.where('id').between(after, end, false, true).toArray() : [],
    resource === 'inventory' ? db.inventory.where('id').between(after, end, false, true).toArray() : [],
    db.tombstones.where('[kind+id]').between([resource, after], [resource, end], false, true).toArray(),
  ])
  return toMaps(products, inventory, tombstones)
}

function toMaps(products: ProductRow[], inventory: InventoryRow[], tombstones: Tombstone[]): StoredRows {
  return {
    products: new Map(products.filter(isWholeProduct).map((row) => [row.id, row])),
    inventory: new Map(inventory.filter(isWholeInventory).map((row) => [row.id, row])),
    tombstones: new Map(tombstones.map((row) => [tombstoneKey(row.kind, row.id), row])),
    staff: new Map(),
    settings: null,
  }
}

export async function writeRows(db: CacheDb, rows: RowWrites, revBefore: number): Promise<void> {
  const { removedProducts, removedInventory, tombstones, revived, wanted, stockChanges } = rows
  await Promise.all([
    ...narrow(rows.products).map((part) => db.products.bulkPut(part)),
    ...narrow(rows.inventory).map((part) => db.inventory.bulkPut(part)),
    removedProducts.length > 0 && db.products.bulkDelete([...removedProducts]),
    removedInventory.length > 0 && db.inventory.bulkDelete([...removedInventory]),
    revived.length > 0 && db.tombstones.bulkDelete(revived.map(([kind, id]) => [kind, id])),
    tombstones.length > 0 && db.tombstones.bulkPut([...tombstones]),
    wanted.length > 0 && db.wanted.bulkPut([...wanted]),
    stockChanges.length > 0 && db.stockChanges.bulkAdd([...stockChanges]),
    rows.staff.length > 0 && db.staff.bulkPut([...rows.staff]),
    rows.settings !== null && db.settings.put(rows.settings),
    rows.learned.length > 0 && db.learned.bulkPut([...rows.learned]),
    rows.rev !== revBefore && writeMeta(db, 'rev', { value: rows.rev }),
  ])
}

function narrow<T>(rows: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let start = 0; start < rows.length; start += NARROW) parts.push(rows.slice(start, start + NARROW))
  return parts
}

function defined<T>(rows: readonly (T | undefined)[]): T[] {
  return rows.filter((row) => row !== undefined)
}

function namesRows(batch: {
  readonly products: readonly number[]
  readonly inventory: readonly number[]
  readonly staff: readonly number[]
  readonly settings: boolean
  readonly learns: boolean
}): boolean {
  const { products, inventory, staff, settings, learns } = batch
  return products.length > 0 || inventory.length > 0 || staff.length > 0 || settings || learns
}

function hasUnversioned({ products, inventory }: RowWrites): boolean {
  return products.some((row) => row.stocked.unversioned) || inventory.some((row) => row.counted.unversioned)
}

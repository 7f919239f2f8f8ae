/**
 * The transactions of a refresh: its beginning, its pages, its end, and a comparison that stands for one. What a page means is decided
 * by the function that is handed in, which gets what is stored at that moment (rule C3).
 */
import type { CacheDb } from './cache-db.ts'
import {
  dropUnreadable,
  isCacheOf,
  isSamePosition,
  NOWHERE,
  readPosition,
  readRange,
  readRev,
  writeRows,
} from './commit-rows.ts'
import { readMeta, writeMeta } from './meta.ts'
import type { IdRange, Position, RefreshState, RowWrites, StoredRows } from './rows.ts'

const STOCK_CHANGES_KEPT = 20_000

/** What a page of a refresh writes. */
export interface PageWrites {
  readonly rows: RowWrites
  readonly refresh: RefreshState
  readonly position: Position
}

/**
 * Stores one page of a refresh with the refresh's new state, in one transaction. `decide` gets the stored refresh state; with `writes`
 * null nothing is written. Resolves to what was decided; `moved` when the cache is another device's.
 */
export async function commitPage<Decided extends { readonly writes: PageWrites | null }>(
  db: CacheDb,
  page: {
    readonly deviceId: string
    readonly resource: string
    readonly range: IdRange
    readonly decide: (input: {
      readonly refresh: RefreshState | undefined
      readonly position: Position
      readonly stored: StoredRows
      readonly rev: number
    }) => Decided
  },
): Promise<Decided | 'moved'> {
  return await db.transaction('rw', db.recordTables, async () => {
    if (!(await isCacheOf(db, page.deviceId))) return 'moved'
    const [refresh, position, stored, rev] = await Promise.all([
      readMeta(db, 'refresh'),
      readPosition(db),
      readRange(db, page.resource, page.range),
      readRev(db),
    ])
    const decided = page.decide({ refresh, position, stored, rev })
    const { writes } = decided
    if (!writes) return decided
    await dropUnreadable(db, stored)
    // All at once: the browser's own process is at work while the rest is handed to it.
    await Promise.all([
      writeRows(db, writes.rows, rev),
      writeMeta(db, 'refresh', writes.refresh),
      !isSamePosition(writes.position, position) && writeMeta(db, 'position', writes.position),
    ])
    if (writes.refresh.phase === 'complete') {
      const { etag, startedAt } = writes.refresh
      if (etag !== null) await writeMeta(db, 'etag', { value: etag })
      else await db.meta.delete('etag')
      await db.tombstones.filter(({ at }) => at < startedAt).delete()
      await trimStockChanges(db)
    }
    return decided
  })
}

/**
 * Notes that everything stored was equal to the server's, or was made so. Counts as a completed refresh: its age is the TTL's,
 * and tombstones from before it began go (rule R3). False when a refresh has begun meanwhile, or the cache is another device's.
 */
export async function commitComparison(
  db: CacheDb,
  compared: {
    readonly deviceId: string
    /** `startedAt` of the refresh that was the last one when the comparison began. */
    readonly basedOn: number
    /** Client time, ms. */
    readonly startedAt: number
    readonly finishedAt: number
    readonly etag: string | null
  },
): Promise<boolean> {
  return await db.transaction('rw', db.meta, db.tombstones, db.stockChanges, async () => {
    const refresh = await readMeta(db, 'refresh')
    if (refresh?.startedAt !== compared.basedOn || refresh.phase !== 'complete') return false
    if (!(await isCacheOf(db, compared.deviceId))) return false
    await writeMeta(db, 'refresh', { ...refresh, forced: false, finishedAt: compared.finishedAt })
    if (compared.etag !== null) await writeMeta(db, 'etag', { value: compared.etag })
    await db.tombstones.filter(({ at }) => at < compared.startedAt).delete()
    await trimStockChanges(db)
    return true
  })
}

/**
 * Begins a refresh; a forced one gives up the cursor, so that live events and catch-up wait for it (rule R4). False, and nothing begun, when
 * the cache is another device's: its pages would be of another branch.
 */
export async function commitRefreshStart(db: CacheDb, deviceId: string, refresh: RefreshState): Promise<boolean> {
  return await db.transaction('rw', db.meta, async () => {
    if (!(await isCacheOf(db, deviceId))) return false
    await writeMeta(db, 'refresh', refresh)
    if (refresh.forced) await writeMeta(db, 'position', NOWHERE)
    return true
  })
}

/** Ends a refresh that found nothing changed (304). False when another context has gone on with it, or the cache is another device's. */
export async function commitRefreshUnchanged(
  db: CacheDb,
  deviceId: string,
  expected: RefreshState,
  now: number,
): Promise<boolean> {
  return await db.transaction('rw', db.meta, async () => {
    if (!(await isCacheOf(db, deviceId))) return false
    const stored = await readMeta(db, 'refresh')
    if (stored?.startedAt !== expected.startedAt || stored.lastId !== expected.lastId) return false
    await writeMeta(db, 'refresh', { ...stored, phase: 'complete', finishedAt: now })
    return true
  })
}

/** The device's history of stock changes is a convenience: only the newest are kept. */
async function trimStockChanges(db: CacheDb): Promise<void> {
  const newest = await db.stockChanges.orderBy(':id').last()
  if (newest?.key !== undefined)
    await db.stockChanges
      .where(':id')
      .below(newest.key - STOCK_CHANGES_KEPT)
      .delete()
}

/**
 * The transactions that change the cache. Each reads what it decides upon inside itself (rule C3) and hands it to a pure
 * decision; this file knows how rows are stored, not which of two is newer.
 */
import type { Table } from 'dexie'
import type { RecordKind } from '../contract/records/record-kind.ts'
import { findResource, kindsOf } from '../contract/records/registry.ts'
import type { CacheDb } from './cache-db.ts'
import { readMeta, writeMeta } from './meta.ts'
import {
  type IdRange,
  type MetaKey,
  type MetaValues,
  type Position,
  type RecordRow,
  type RowWrites,
  recordKey,
  type StoredRows,
  type Tombstone,
  type WantedRow,
} from './rows.ts'
import { wholeRowCheck } from './whole-rows.ts'

/** Ids of records by their kind. */
export type RecordIds = ReadonlyMap<string, ReadonlySet<number>>

export const NOWHERE: Position = { epoch: null, cursor: null }

export async function readPosition(db: CacheDb): Promise<Position> {
  return (await readMeta(db, 'position')) ?? NOWHERE
}

const NOTHING_STORED: StoredRows = { records: new Map(), tombstones: new Map() }

/**
 * Whether the cache is still this device's. Another enrolment clears it, and what is still under way in the name of the one before is about
 * another branch: asked inside each transaction that stores what a server or a broker has said.
 */
export async function isCacheOf(db: CacheDb, deviceId: string): Promise<boolean> {
  return (await readMeta(db, 'device'))?.device_id === deviceId
}

/**
 * Applies a batch of events and moves the cursor in one transaction. Resolves to what was decided; `moved` and nothing written when the
 * stored position is not the one that the batch was made for, or the cache is another device's: another tab, a refresh or an enrolment has
 * been here (rule C3).
 */
export async function commitEvents<Decided extends { readonly writes: RowWrites }>(
  db: CacheDb,
  batch: {
    readonly deviceId: string
    readonly expected: Position
    /** Null leaves the cursor alone (rule C6). */
    readonly cursor: number | null
    readonly ids: RecordIds
    readonly learns: boolean
    readonly decide: (stored: StoredRows, rev: number) => Decided
  },
): Promise<Decided | 'moved'> {
  return await db.transaction('rw', db.recordTables, async () => {
    const position = await readPosition(db)
    if (!isSamePosition(position, batch.expected) || !(await isCacheOf(db, batch.deviceId))) return 'moved'
    const isAboutRows = batch.ids.size > 0 || batch.learns
    const [stored, rev] = isAboutRows
      ? await Promise.all([readRows(db, batch.ids), isListed(db, batch.ids) ? readRev(db) : 0])
      : ([NOTHING_STORED, 0] as const)
    const decided = batch.decide(stored, rev)
    if (isAboutRows) await writeRows(db, decided.writes, rev)
    // An unversioned event made the rows differ from the server's page: forget the ETag, so that the next refresh fetches them (rule C2).
    if (hasUnversioned(decided.writes)) await db.meta.delete('etag')
    if (batch.cursor !== null) await writeMeta(db, 'position', { epoch: position.epoch, cursor: batch.cursor })
    return decided
  })
}

/** Writes a value of the bookkeeping that is about what this device's server has said; nothing when the cache is another device's. */
export async function commitMeta<K extends MetaKey>(
  db: CacheDb,
  deviceId: string,
  key: K,
  value: MetaValues[K],
): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    if (await isCacheOf(db, deviceId)) await writeMeta(db, key, value)
  })
}

/** Notes that everything stored is complete up to this server time, if the log has been applied up to `seq`. */
export async function commitFreshness(db: CacheDb, deviceId: string, asOf: number, seq: number): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    if (!(await isCacheOf(db, deviceId))) return
    const position = await readPosition(db)
    if (position.cursor !== null && position.cursor >= seq) await writeMeta(db, 'freshness', { asOf })
  })
}

/** The rows to fetch: events named them, and they are not here. */
export async function readWanted(db: CacheDb, limit: number): Promise<WantedRow[]> {
  return await db.wantedRows.limit(limit).toArray()
}

/** `moved` and nothing forgotten when the cache is another device's. */
export async function forgetWanted(
  db: CacheDb,
  deviceId: string,
  wanted: readonly WantedRow[],
): Promise<'committed' | 'moved'> {
  return await db.transaction('rw', db.meta, db.wantedRows, async () => {
    if (!(await isCacheOf(db, deviceId))) return 'moved'
    await db.wantedRows.bulkDelete(wanted.map(({ resource, id }) => [resource, id]))
    return 'committed'
  })
}

/**
 * Stores rows of a resource that were fetched apart from its pages, and forgets that these were wanted, found or not. `moved` and
 * nothing written when they are of another epoch than the stored position, or the cache is another device's.
 * @param fetched.epoch undefined: the answer did not say
 * @param fetched.range the ids that they speak for; null: only for themselves
 */
export async function commitFetchedRows(
  db: CacheDb,
  fetched: {
    readonly deviceId: string
    readonly resource: string
    readonly epoch: string | null | undefined
    readonly ids: readonly number[]
    readonly range: IdRange | null
    readonly wanted: readonly WantedRow[]
    readonly decide: (stored: StoredRows, position: Position, rev: number) => RowWrites
  },
): Promise<'committed' | 'moved'> {
  const { resource, range } = fetched
  return await db.transaction('rw', db.recordTables, async () => {
    const position = await readPosition(db)
    if (fetched.epoch !== undefined && position.epoch !== fetched.epoch) return 'moved'
    if (!(await isCacheOf(db, fetched.deviceId))) return 'moved'
    const ids = new Map(kindsOf(db.records, resource).map(({ name }) => [name, new Set(fetched.ids)]))
    const [stored, rev] = await Promise.all([range ? readRange(db, resource, range) : readRows(db, ids), readRev(db)])
    const writes = fetched.decide(stored, position, rev)
    await dropUnreadable(db, stored)
    await writeRows(db, writes, rev)
    await forgetWanted(db, fetched.deviceId, fetched.wanted)
    return 'committed'
  })
}

export function isSamePosition(a: Position, b: Position): boolean {
  return a.epoch === b.epoch && a.cursor === b.cursor
}

/** Whether a `rev` may be given out for one of these. */
function isListed({ records }: CacheDb, ids: RecordIds): boolean {
  return [...ids.keys()].some((name) => records.kinds.get(name)?.isListed)
}

export async function readRev(db: CacheDb): Promise<number> {
  return (await readMeta(db, 'rev'))?.value ?? 0
}

/** Reads these records, and the tombstones of those that are not stored; a stored record has none. */
async function readRows(db: CacheDb, ids: RecordIds): Promise<StoredRows> {
  const kinds = [...db.records.kinds.values()].filter(({ name }) => ids.has(name))
  const tables = await Promise.all(kinds.map((kind) => db.tableOf(kind).bulkGet([...(ids.get(kind.name) ?? [])])))
  const stored = toStored(
    kinds.map((kind, index) => [kind, tables[index] ?? []]),
    [],
  )
  const missing = kinds.flatMap(({ name }) =>
    [...(ids.get(name) ?? [])]
      .filter((id) => !stored.records.get(name)?.has(id))
      .map((id): [string, number] => [name, id]),
  )
  if (missing.length === 0) return stored
  return { ...stored, tombstones: byRecord(await db.tombstones.bulkGet(missing)) }
}

/** Every record of the resource, and every tombstone of one, in this range. */
export async function readRange(db: CacheDb, resource: string, { after, upTo }: IdRange): Promise<StoredRows> {
  const end = upTo ?? Number.MAX_SAFE_INTEGER
  const kinds = kindsOf(db.records, resource)
  const isPaged = findResource(db.records, resource)?.shape === 'pages'
  const [tombstones, ...tables] = await Promise.all([
    Promise.all(
      kinds.map(({ name }) =>
        db.tombstones.where('[kind+id]').between([name, after], [name, end], false, true).toArray(),
      ),
    ),
    // Read the whole list: a garbled row may have a key that lies in no range of ids.
    ...kinds.map((kind) =>
      isPaged ? db.tableOf(kind).where('id').between(after, end, false, true).toArray() : db.tableOf(kind).toArray(),
    ),
  ])
  return toStored(
    kinds.map((kind, index) => [kind, tables[index] ?? []]),
    tombstones.flat(),
  )
}

/** Deletes rows of the range that cannot be read: the server's rows take their place. */
export async function dropUnreadable(db: CacheDb, { unreadable = [] }: StoredRows): Promise<void> {
  for (const [name, key] of unreadable) {
    const kind = db.records.kinds.get(name)
    // Delete by the key that it was read under, which may be something else than an id.
    if (kind) await (db.tableOf(kind) as Table).delete(key)
  }
}

function toStored(
  tables: readonly (readonly [RecordKind, readonly (RecordRow | undefined)[]])[],
  tombstones: readonly (Tombstone | undefined)[],
): StoredRows {
  const records = new Map<string, ReadonlyMap<number, RecordRow>>()
  const unreadable: [string, unknown][] = []
  for (const [kind, rows] of tables) {
    const isWhole = wholeRowCheck(kind)
    const whole = new Map<number, RecordRow>()
    for (const row of defined(rows)) {
      const { id } = row
      if (isWhole(row)) whole.set(id, row)
      else unreadable.push([kind.name, id])
    }
    records.set(kind.name, whole)
  }
  return { records, tombstones: byRecord(tombstones), unreadable }
}

function byRecord(tombstones: readonly (Tombstone | undefined)[]): ReadonlyMap<string, Tombstone> {
  return new Map(defined(tombstones).map((row) => [recordKey(row.kind, row.id), row]))
}

export async function writeRows(db: CacheDb, rows: RowWrites, revBefore: number): Promise<void> {
  const { tombstones, revived, wanted, stockChanges } = rows
  await Promise.all([
    ...[...db.records.kinds.values()].flatMap((kind) => {
      const table = db.tableOf(kind)
      const put = rows.put.get(kind.name) ?? []
      const removed = rows.removed.get(kind.name) ?? []
      return [put.length > 0 && table.bulkPut([...put]), removed.length > 0 && table.bulkDelete([...removed])]
    }),
    revived.length > 0 && db.tombstones.bulkDelete(revived.map(([kind, id]) => [kind, id])),
    tombstones.length > 0 && db.tombstones.bulkPut([...tombstones]),
    wanted.length > 0 && db.wantedRows.bulkPut([...wanted]),
    stockChanges.length > 0 && db.stockChanges.bulkAdd([...stockChanges]),
    rows.learned.length > 0 && db.learned.bulkPut([...rows.learned]),
    rows.rev !== revBefore && writeMeta(db, 'rev', { value: rows.rev }),
  ])
}

function defined<T>(rows: readonly (T | undefined)[]): T[] {
  return rows.filter((row) => row !== undefined)
}

function hasUnversioned({ put }: RowWrites): boolean {
  return [...put.values()].some((rows) => rows.some(({ provenance }) => provenance.unversioned))
}

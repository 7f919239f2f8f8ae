/** What a comparison with the server reads and writes (rules R2, R3). */
import type { CacheDb } from './cache-db.ts'
import { readPosition, readRange, readRev, writeRows } from './commit-rows.ts'
import { readMeta, writeMeta } from './meta.ts'
import { readSettings, readStaff } from './people.ts'
import type {
  InventoryRow,
  Position,
  ProductRow,
  RecordKind,
  RowWrites,
  SettingsRow,
  StaffRow,
  StoredRows,
} from './rows.ts'
import { trimStockChanges } from './stock-changes.ts'
import { isWholeInventory, isWholeProduct } from './whole-rows.ts'

interface IdRange {
  readonly after: number
  /** Null: to the end. */
  readonly upTo: number | null
}

export async function readProductRange(db: CacheDb, { after, upTo }: IdRange): Promise<ProductRow[]> {
  const rows = await db.products
    .where('id')
    .between(after, upTo ?? Number.MAX_SAFE_INTEGER, false, true)
    .toArray()
  return rows.filter(isWholeProduct)
}

export async function readInventoryRange(db: CacheDb, { after, upTo }: IdRange): Promise<InventoryRow[]> {
  const rows = await db.inventory
    .where('id')
    .between(after, upTo ?? Number.MAX_SAFE_INTEGER, false, true)
    .toArray()
  return rows.filter(isWholeInventory)
}

export async function readStaffAndSettings(
  db: CacheDb,
): Promise<{ readonly staff: StaffRow[]; readonly settings: SettingsRow | undefined }> {
  const [staff, settings] = await Promise.all([readStaff(db), readSettings(db)])
  return { staff, settings }
}

/**
 * Stores the rows of one range that differed, in one transaction. `decide` gets everything stored in the range; null writes
 * nothing, and false is returned.
 */
export async function commitComparedRange(
  db: CacheDb,
  page: {
    readonly resource: RecordKind
    readonly range: IdRange
    readonly decide: (input: {
      readonly position: Position
      readonly stored: StoredRows
      readonly rev: number
    }) => RowWrites | null
  },
): Promise<boolean> {
  return await db.transaction(
    'rw',
    [db.products, db.inventory, db.tombstones, db.wanted, db.stockChanges, db.staff, db.settings, db.learned, db.meta],
    async () => {
      const [position, stored, rev] = await Promise.all([
        readPosition(db),
        readRange(db, page.resource, page.range),
        readRev(db),
      ])
      const writes = page.decide({ position, stored, rev })
      if (!writes) return false
      await writeRows(db, writes, rev)
      return true
    },
  )
}

/**
 * Notes that everything stored was equal to the server's, or was made so. Counts as a completed refresh: its age is the TTL's,
 * and tombstones from before it began go (rule R3). False when a refresh has begun meanwhile.
 */
export async function commitComparison(
  db: CacheDb,
  verified: {
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
    if (refresh?.startedAt !== verified.basedOn || refresh.phase !== 'complete') return false
    await writeMeta(db, 'refresh', { ...refresh, forced: false, finishedAt: verified.finishedAt })
    if (verified.etag !== null) await writeMeta(db, 'etag', { value: verified.etag })
    await db.tombstones.filter(({ at }) => at < verified.startedAt).delete()
    await trimStockChanges(db)
    return true
  })
}

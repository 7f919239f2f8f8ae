import { dequal } from 'dequal/lite'
import { useLiveQuery } from '../use-live-query.ts'
import type { JournalDb } from './journal-db.ts'
import { isWholeMinute, type MinuteRow, mergeMinutes } from './minute-row.ts'

const MINUTES_PER_DAY = 24 * 60
const DAYS_KEPT = 31
/** A clock that was once set wrong leaves minutes of other years behind: no more rows than this are kept in any case. */
const ROWS_KEPT = DAYS_KEPT * MINUTES_PER_DAY

/** Adds parts of minutes to what is stored of them, and forgets what is older than 31 days before the newest of them. */
export async function addMinutes(db: JournalDb, rows: readonly MinuteRow[]): Promise<void> {
  const newest = Math.max(...rows.map(({ minute }) => minute))
  let written: readonly MinuteRow[] | null = null
  await db.transaction('rw', db.minutes, async () => {
    const stored = await db.minutes.bulkGet(rows.map(({ minute }) => minute))
    // Tried once more because the connection was lost, and the first time had come through.
    if (dequal(stored, written)) return
    written = rows.map((row, index) => {
      const before = stored[index]
      return before && isWholeMinute(before) ? mergeMinutes(before, row) : row
    })
    await db.minutes.bulkPut([...written])
    await db.minutes
      .where('minute')
      .below(newest - ROWS_KEPT)
      .delete()
    const surplus = (await db.minutes.count()) - ROWS_KEPT
    if (surplus > 0) await db.minutes.bulkDelete(await db.minutes.toCollection().limit(surplus).primaryKeys())
  })
}

/** Minutes since 1970 UTC, `from` included, `to` not; oldest first. */
export async function readMinutes(db: JournalDb, from: number, to: number): Promise<MinuteRow[]> {
  return (await db.minutes.where('minute').between(from, to).toArray()).filter(isWholeMinute)
}

/** Live, in every tab; undefined while loading, null when this database can't be read. */
export function useMinutes(db: JournalDb, from: number, to: number): readonly MinuteRow[] | null | undefined {
  return useLiveQuery(db, () => readMinutes(db, from, to).catch(() => null), [db, from, to])
}

import type { Queryable } from '../database.ts'

/** Writes what only the write-ahead log holds to the tables' files. */
export async function writeCheckpoint(db: Queryable): Promise<void> {
  await db.query('CHECKPOINT')
}

/** True when this is a database of MStore Counter, of whatever version. */
export async function isOurDatabase(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ ours: boolean }>(
    `SELECT to_regclass('log_state') IS NOT NULL AND to_regclass('branches') IS NOT NULL AS ours`,
  )
  return row?.ours ?? false
}

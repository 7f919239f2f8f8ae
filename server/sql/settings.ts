import type { Settings } from '../../src/contract/records/settings.ts'
import type { Queryable } from '../database.ts'

const COLUMNS = '"values", updated_at, version'

/** The branch's settings, or null before the first write. */
export async function readSettings(db: Queryable, branchId: number): Promise<Settings | null> {
  const [row] = await db.query<Settings>(`SELECT ${COLUMNS} FROM settings WHERE branch_id = $1`, [branchId])
  return row ?? null
}

/**
 * Replaces the branch's settings unless newer ones are stored: last write wins by `updated_at`, ISO 8601 in UTC
 * (specification section 4). A device whose clock runs ahead counts as writing now: its time would shut out everybody
 * else until that date.
 */
export async function writeSettings(
  db: Queryable,
  branchId: number,
  settings: { values: Record<string, unknown>; updatedAt: string },
): Promise<void> {
  await db.query(
    `INSERT INTO settings (branch_id, "values", updated_at) VALUES ($1, $2::jsonb, least($3::timestamptz, now()))
     ON CONFLICT (branch_id) DO UPDATE SET "values" = excluded."values", updated_at = excluded.updated_at
       WHERE settings.updated_at < excluded.updated_at
          OR settings.updated_at = excluded.updated_at AND settings."values" IS DISTINCT FROM excluded."values"`,
    [branchId, JSON.stringify(settings.values), settings.updatedAt],
  )
}

/** What an earlier life of the log (rule S6) leaves to this one. */
import type { Queryable } from '../database.ts'

/** So long after a restore counters are still bringing again what the server had. One that stayed away for longer needs a person. */
const BRINGING_DAYS = 7

/**
 * Whether something of before a restore may still be on its way: the database was taken back in the last days, and what was recorded
 * `at` (ISO 8601, by the device) is of before that.
 */
export async function isBeingBrought(db: Queryable, at: string): Promise<boolean> {
  const [row] = await db.query<{ isBrought: boolean }>(
    `SELECT EXISTS (SELECT FROM log_lives) AND $1::timestamptz < l.started_at
            AND l.started_at > now() - make_interval(days => $2) AS "isBrought"
       FROM log_state l`,
    [at, BRINGING_DAYS],
  )
  return row?.isBrought === true
}

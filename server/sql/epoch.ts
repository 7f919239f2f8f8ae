import type { Database, Queryable } from '../database.ts'
import { judgeLife, type RestoreSign, type WitnessNote } from '../lifecycle/judge-life.ts'

// pg_control_checkpoint() would show the timeline of the last checkpoint, which is behind right after a promotion.
export const IDENTITY = `
  SELECT system_identifier::text AS system, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline,
         (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS oid
    FROM pg_control_system()`

export interface Life {
  readonly epoch: string
  /** System identifier and database id. */
  readonly database: string
  /** What made this a new life; null: the log goes on. */
  readonly sign: RestoreSign | null
}

interface State {
  epoch: string
  database: string
  is_new: boolean
  is_same: boolean
  is_original: boolean
  is_unsigned: boolean
  is_past: boolean
  token: string | null
}

/**
 * Begins a new epoch when the log may have lost what clients have seen (rule S6): `judgeLife` has the signs. Published positions
 * are brought back to the log's end, and every publisher loses its leases. Nobody caches the epoch: whoever needs it reads it in
 * the snapshot of the data that it stands on.
 */
export async function ensureEpoch(
  db: Database,
  { uncleanStart, note = null }: { uncleanStart: boolean; note?: WitnessNote | null },
): Promise<Life> {
  return db.transaction(async (tx) => {
    // A statement of its own: of two servers the second reads what the first has written.
    await tx.query('SELECT FROM log_state FOR UPDATE')
    const [state] = await tx.query<State>(
      `SELECT l.epoch, i.system || '/' || i.oid AS database,
              l.system_identifier = '' AS is_new,
              (l.system_identifier, l.timeline, l.database_oid) = (i.system, i.timeline, i.oid) AS is_same,
              l.written_by IN ('', l.xmin::text) AS is_original,
              l.written_by = '' AS is_unsigned,
              EXISTS (SELECT FROM log_lives WHERE epoch = $2::uuid) AS is_past,
              (SELECT token FROM log_witnesses WHERE server_id = $1::uuid) AS token
         FROM log_state l CROSS JOIN (${IDENTITY}) i`,
      [note?.serverId ?? null, note?.epoch ?? null],
    )
    if (!state) throw new Error('The log has no state: the migrations were not applied')
    const { epoch, database } = state
    const sign = judgeLife({
      isNew: state.is_new,
      uncleanStart,
      isSameDatabase: state.is_same,
      isOriginalRow: state.is_original,
      note,
      row: { token: state.token, database, epoch, isPastLife: state.is_past },
    })
    if (sign !== null) return { epoch: await beginLife(tx), database, sign }
    if (!state.is_same || state.is_unsigned) await signState(tx)
    return { epoch, database, sign }
  })
}

/** The row says which transaction wrote it: one that a restore writes was written by another. The number survives a freeze. */
async function signState(tx: Queryable): Promise<void> {
  await tx.query(
    `UPDATE log_state SET system_identifier = i.system, timeline = i.timeline, database_oid = i.oid,
            written_by = pg_current_xact_id()::xid::text
       FROM (${IDENTITY}) i`,
  )
}

/** Resolves to the new epoch. The caller holds the row of `log_state`. */
export async function beginLife(tx: Queryable): Promise<string> {
  await tx.query('INSERT INTO log_lives (epoch) SELECT epoch FROM log_state ON CONFLICT DO NOTHING')
  await tx.query('DELETE FROM log_witnesses')
  const [life] = await tx.query<{ epoch: string }>(
    `UPDATE log_state SET epoch = gen_random_uuid(), started_at = now(),
            mark_key = gen_random_uuid()::text || gen_random_uuid()::text RETURNING epoch`,
  )
  if (!life) throw new Error('The log has no state')
  await signState(tx)
  await tx.query(
    `UPDATE publisher_leases p SET published = least(p.published, s.seq), owner = NULL, token = NULL, until = '-infinity'
       FROM branch_seq s WHERE s.branch_id = p.branch_id`,
  )
  return life.epoch
}

import type { Database } from '../database.ts'

// pg_control_checkpoint() would show the timeline of the last checkpoint, which is behind right after a promotion.
const IDENTITY = `
  SELECT system_identifier::text AS system, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline,
         (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS oid
    FROM pg_control_system()`

/**
 * Begins a new epoch when the log may have lost what clients have seen (rule S6): the database was restored or copied
 * (system identifier, timeline or database id differ from the stored ones), or it was not closed in order and runs without
 * full durability (`uncleanStart`). Published positions are brought back to the log's end, and every publisher loses its
 * leases. Nobody caches the epoch: whoever needs it reads it in the snapshot of the data that it stands on.
 */
export async function ensureEpoch(
  db: Database,
  { uncleanStart }: { uncleanStart: boolean },
): Promise<{ epoch: string; rotated: boolean }> {
  return db.transaction(async (tx) => {
    const [state] = await tx.query<{ epoch: string; fresh: boolean; same: boolean }>(
      `SELECT l.epoch, l.system_identifier = '' AS fresh,
              (l.system_identifier, l.timeline, l.database_oid) = (i.system, i.timeline, i.oid) AS same
         FROM log_state l CROSS JOIN (${IDENTITY}) i FOR UPDATE OF l`,
    )
    if (!state) throw new Error('The log has no state: the migrations were not applied')
    const rotated = !state.fresh && (uncleanStart || !state.same)
    if (!rotated && state.same) return { epoch: state.epoch, rotated }
    const [stored] = await tx.query<{ epoch: string }>(
      `UPDATE log_state SET epoch = CASE WHEN $1 THEN gen_random_uuid() ELSE epoch END,
              started_at = CASE WHEN $1 THEN now() ELSE started_at END,
              system_identifier = i.system, timeline = i.timeline, database_oid = i.oid
         FROM (${IDENTITY}) i RETURNING epoch`,
      [rotated],
    )
    await tx.query(
      `UPDATE publisher_leases p SET published = least(p.published, s.seq), owner = NULL, token = NULL, until = '-infinity'
         FROM branch_seq s WHERE s.branch_id = p.branch_id AND $1`,
      [rotated],
    )
    return { epoch: stored?.epoch ?? state.epoch, rotated }
  })
}

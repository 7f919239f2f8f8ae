/** What each server notes in the database and, outside of it, in its DATA_DIR (rule S6). */
import type { Database, Queryable } from '../database.ts'
import { IDENTITY } from './epoch.ts'

interface Token {
  readonly serverId: string
  readonly epoch: string
}

/** Longer than any server is off. */
const FORGET_AFTER_DAYS = 400

/** Adds this server. False when the log lives another life meanwhile. */
export async function addWitness(
  db: Queryable,
  { serverId, epoch, token }: Token & { token: string },
): Promise<boolean> {
  const rows = await db.query(
    'INSERT INTO log_witnesses (server_id, token) SELECT $1, $2 FROM log_state WHERE epoch = $3::uuid RETURNING token',
    [serverId, token, epoch],
  )
  return rows.length > 0
}

/** Takes a server's former name away, once it has a new one. */
export async function removeWitness(db: Queryable, serverId: string): Promise<void> {
  await db.query(
    'DELETE FROM log_witnesses WHERE server_id = $1 OR noted_at < now() - make_interval(days => $2::integer)',
    [serverId, FORGET_AFTER_DAYS],
  )
}

/** Replaces the token that this server wrote last: one of `from`, as the last try may have succeeded unheard. False when it is not there: the log lives another life, or was taken back. */
export async function renewWitness(
  db: Queryable,
  { serverId, epoch, from, to }: Token & { from: readonly string[]; to: string },
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE log_witnesses w SET token = $4, noted_at = now() FROM log_state l
      WHERE w.server_id = $1 AND w.token = ANY ($3::uuid[]) AND l.epoch = $2::uuid RETURNING w.token`,
    [serverId, epoch, from, to],
  )
  return rows.length > 0
}

/** True while the log goes on where this server left it. */
export async function isSameLife(
  db: Database,
  { serverId, epoch, tokens }: Token & { tokens: readonly string[] },
): Promise<boolean> {
  const [row] = await db.query<{ same: boolean }>(
    `SELECT l.epoch = $2::uuid AND l.written_by = l.xmin::text
        AND (l.system_identifier, l.timeline, l.database_oid) = (i.system, i.timeline, i.oid)
        AND EXISTS (SELECT FROM log_witnesses WHERE server_id = $1 AND token = ANY ($3::uuid[])) AS same
       FROM log_state l CROSS JOIN (${IDENTITY}) i`,
    [serverId, epoch, tokens],
  )
  return row?.same ?? false
}

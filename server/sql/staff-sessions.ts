/** Staff tokens and counted wrong PINs. Times are the database's. */
import type { StaffRole } from '../../src/contract/records.ts'
import type { Queryable } from '../database.ts'

/** The member of staff behind a token. */
export interface StaffSessionRow {
  readonly staffId: number
  readonly name: string
  readonly role: StaffRole
}

/** A session lasts this long after its last use, and never longer than MAX_HOURS. */
const IDLE_MINUTES = 30
const MAX_HOURS = 8

export interface StaffSecret {
  readonly id: number
  readonly name: string
  readonly role: StaffRole
  readonly pinHash: string
}

/** An active member of the branch's staff with the hash of the PIN, or null. */
export async function findStaffSecret(db: Queryable, branchId: number, staffId: number): Promise<StaffSecret | null> {
  const [row] = await db.query<StaffSecret>(
    `SELECT id, name, role, pin_hash AS "pinHash" FROM staff WHERE id = $1 AND branch_id = $2 AND active`,
    [staffId, branchId],
  )
  return row ?? null
}

/** Begins a session and resolves to its end, ISO 8601 in UTC. Clears away sessions that are over. */
export async function insertStaffSession(
  tx: Queryable,
  session: { tokenHash: string; staffId: number; deviceId: string; pinHash: string },
): Promise<string> {
  await tx.query('DELETE FROM staff_sessions WHERE expires_at <= now()')
  const [row] = await tx.query<{ expires_at: string }>(
    `INSERT INTO staff_sessions (token_hash, staff_id, device_id, pin_hash, expires_at)
     VALUES ($1, $2, $3, $4, now() + make_interval(mins => $5)) RETURNING expires_at`,
    [session.tokenHash, session.staffId, session.deviceId, session.pinHash, IDLE_MINUTES],
  )
  if (!row) throw new Error('INSERT … RETURNING gave no row')
  return row.expires_at
}

/**
 * The session of this token on this device, or null: unknown, over, of another device, or of somebody who left the branch or
 * has another PIN now.
 */
export async function findStaffSession(
  db: Queryable,
  key: { tokenHash: string; deviceId: string; branchId: number },
): Promise<StaffSessionRow | null> {
  const [row] = await db.query<StaffSessionRow>(
    `SELECT s.id AS "staffId", s.name, s.role
       FROM staff_sessions t JOIN staff s ON s.id = t.staff_id
      WHERE t.token_hash = $1 AND t.device_id = $2 AND s.branch_id = $3
        AND t.expires_at > now() AND s.active AND s.pin_hash = t.pin_hash`,
    [key.tokenHash, key.deviceId, key.branchId],
  )
  return row ?? null
}

/** Notes a use; written at most once a minute. */
export async function extendStaffSession(db: Queryable, tokenHash: string): Promise<void> {
  await db.query(
    `UPDATE staff_sessions
        SET expires_at = least(now() + make_interval(mins => $2), started_at + make_interval(hours => $3))
      WHERE token_hash = $1 AND expires_at < now() + make_interval(mins => $2) - interval '1 minute'
        AND expires_at < started_at + make_interval(hours => $3)`,
    [tokenHash, IDLE_MINUTES, MAX_HOURS],
  )
}

export async function deleteStaffSession(db: Queryable, tokenHash: string): Promise<void> {
  await db.query('DELETE FROM staff_sessions WHERE token_hash = $1', [tokenHash])
}

/** Wrong PINs in a row that are free; each further one waits, at first a minute, then twice as long each time. */
const FREE_ATTEMPTS = 5
const FIRST_WAIT_S = 60
const LONGEST_WAIT_S = 900

/**
 * Counts one attempt for the subject before the PIN is looked at, so that attempts at the same time are counted too.
 * Resolves to 0 when it may be looked at, else to the seconds to wait; then nothing was counted. In a transaction.
 */
export async function takePinAttempt(tx: Queryable, subject: string): Promise<number> {
  const taken = await tx.query(
    `INSERT INTO pin_attempts AS p (subject, wrong, last_at) VALUES ($1, 1, now())
     ON CONFLICT (subject) DO UPDATE SET
       wrong = CASE WHEN p.last_at < now() - interval '1 hour' THEN 1 ELSE p.wrong + 1 END,
       last_at = now(),
       blocked_until = CASE WHEN p.last_at < now() - interval '1 hour' OR p.wrong + 1 < $2 THEN '-infinity'
         ELSE now() + make_interval(secs => least($4::float8, $3 * 2.0 ^ least(p.wrong + 1 - $2, 10))) END
     WHERE p.blocked_until <= now()
     RETURNING 1`,
    [subject, FREE_ATTEMPTS, FIRST_WAIT_S, LONGEST_WAIT_S],
  )
  if (taken.length > 0) return 0
  const [row] = await tx.query<{ seconds: number }>(
    `SELECT greatest(1, ceil(extract(epoch FROM blocked_until - now())))::int AS seconds
       FROM pin_attempts WHERE subject = $1`,
    [subject],
  )
  return row?.seconds ?? 1
}

/** The PIN was right: counting begins anew. */
export async function clearPinAttempts(db: Queryable, subjects: readonly string[]): Promise<void> {
  await db.query('DELETE FROM pin_attempts WHERE subject = ANY($1)', [subjects])
}

/**
 * Staff tokens and counted wrong PINs. Times are the database's. Nothing lasts longer than it was given for, also when the clock was set
 * back meanwhile: an end that lies further ahead than any that is given now has passed.
 */
import type { StaffRole } from '../../src/contract/records/staff.ts'
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
/** A clock that is corrected by less ends no session. */
const CLOCK_SLACK_MINUTES = 5
const LATEST_END_MINUTES = IDLE_MINUTES + CLOCK_SLACK_MINUTES

export interface StaffSecret {
  readonly id: number
  readonly name: string
  readonly role: StaffRole
  readonly pinHash: string
  readonly version: number
}

/** An active member of the branch's staff with the hash of the PIN, or null. */
export async function findStaffSecret(db: Queryable, branchId: number, staffId: number): Promise<StaffSecret | null> {
  const [row] = await db.query<StaffSecret>(
    `SELECT id, name, role, pin_hash AS "pinHash", version FROM staff WHERE id = $1 AND branch_id = $2 AND active`,
    [staffId, branchId],
  )
  return row ?? null
}

/** Begins a session and resolves to its end, ISO 8601 in UTC. Clears away sessions that are over. */
export async function insertStaffSession(
  tx: Queryable,
  session: { tokenHash: string; staffId: number; deviceId: string; pinHash: string },
): Promise<string> {
  await tx.query(
    'DELETE FROM staff_sessions WHERE expires_at <= now() OR expires_at > now() + make_interval(mins => $1)',
    [LATEST_END_MINUTES],
  )
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
        AND t.expires_at > now() AND t.expires_at <= now() + make_interval(mins => $4)
        AND s.active AND s.pin_hash = t.pin_hash`,
    [key.tokenHash, key.deviceId, key.branchId, LATEST_END_MINUTES],
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
/** So many wrong ones at other devices within an hour, and a device has fewer free ones of its own: never none. */
const MANY_ELSEWHERE = 20
const FREE_WHEN_MANY = 2

export interface PinSubject {
  readonly deviceId: string
  readonly staffId: number
}

/**
 * Counts one attempt for this person at this device before the PIN is looked at, so that attempts at the same time are counted
 * too. Resolves to 0 when it may be looked at, else to the seconds to wait; then nothing was counted. What other devices try
 * never makes this one wait before its own first wrong ones: else anybody could keep the right person out.
 */
export async function takePinAttempt(db: Queryable, { deviceId, staffId }: PinSubject): Promise<number> {
  const taken = await db.query(
    `WITH rules AS (
       SELECT CASE WHEN coalesce(sum(wrong), 0) >= $6 THEN $7::int ELSE $3::int END AS free
         FROM pin_attempts WHERE staff_id = $2 AND device_id <> $1
          AND last_at BETWEEN now() - interval '1 hour' AND now() + interval '1 hour')
     INSERT INTO pin_attempts AS p (device_id, staff_id, wrong, last_at) VALUES ($1, $2, 1, now())
     ON CONFLICT (device_id, staff_id) DO UPDATE SET
       wrong = CASE WHEN p.last_at NOT BETWEEN now() - interval '1 hour' AND now() + interval '1 hour'
         THEN 1 ELSE p.wrong + 1 END,
       last_at = now(),
       blocked_until = CASE
         WHEN p.last_at NOT BETWEEN now() - interval '1 hour' AND now() + interval '1 hour' OR p.wrong + 1 < (SELECT free FROM rules) THEN '-infinity'
         ELSE now() + make_interval(secs =>
           least($5::float8, $4 * 2.0 ^ least(p.wrong + 1 - (SELECT free FROM rules), 10))) END
     WHERE p.blocked_until <= now() OR p.blocked_until > now() + make_interval(secs => $5::float8)
     RETURNING 1`,
    [deviceId, staffId, FREE_ATTEMPTS, FIRST_WAIT_S, LONGEST_WAIT_S, MANY_ELSEWHERE, FREE_WHEN_MANY],
  )
  if (taken.length > 0) return 0
  const [row] = await db.query<{ seconds: number }>(
    `SELECT greatest(1, ceil(extract(epoch FROM blocked_until - now())))::int AS seconds
       FROM pin_attempts WHERE device_id = $1 AND staff_id = $2`,
    [deviceId, staffId],
  )
  return row?.seconds ?? 1
}

/** The PIN was right: counting begins anew for this person at this device. */
export async function clearPinAttempts(db: Queryable, { deviceId, staffId }: PinSubject): Promise<void> {
  await db.query('DELETE FROM pin_attempts WHERE device_id = $1 AND staff_id = $2', [deviceId, staffId])
}

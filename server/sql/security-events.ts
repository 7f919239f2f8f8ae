import type { SecurityEvent, SecurityKind } from '../../src/contract/owner-security.ts'
import type { Queryable } from '../database.ts'

export interface NewSecurityEvent {
  readonly kind: SecurityKind
  /** Null: the device's, or none. */
  readonly branchId: number | null
  readonly deviceId: string | null
  readonly staffId: number | null
  readonly address: string | null
  readonly count: number
}

/** Events that are kept of each branch, and of none. */
const KEPT = 500
/** The same again within this is one event with a higher count. */
const SAME_MINUTES = 10

/**
 * Stores an event, or counts it to the same one of a moment ago. A device and a member of staff that are not of the branch are left
 * out: anybody can send any name. So one client makes few rows, and cannot push others' out.
 */
export async function writeSecurityEvent(db: Queryable, event: NewSecurityEvent): Promise<void> {
  const inserted = await db.query<{ branchId: number | null }>(
    `WITH known AS (
       SELECT coalesce($2::bigint, d.branch_id) AS branch_id, d.id AS device_id, s.id AS staff_id
         FROM (SELECT 1) AS one
         LEFT JOIN devices d ON d.id = $3 AND ($2::bigint IS NULL OR d.branch_id = $2)
         LEFT JOIN staff s ON s.id = $4 AND s.branch_id = coalesce($2::bigint, d.branch_id)
     ), repeated AS (
       UPDATE security_events e SET count = e.count + $6, last_at = now()
        WHERE e.id = (
          SELECT max(same.id) FROM security_events same JOIN known k
              ON same.branch_id IS NOT DISTINCT FROM k.branch_id AND same.device_id IS NOT DISTINCT FROM k.device_id
             AND same.staff_id IS NOT DISTINCT FROM k.staff_id
           WHERE same.kind = $1 AND same.address IS NOT DISTINCT FROM $5
             AND same.last_at BETWEEN now() - make_interval(mins => $7) AND now() + make_interval(mins => $7))
        RETURNING e.id)
     INSERT INTO security_events (branch_id, kind, device_id, staff_id, address, count)
     SELECT branch_id, $1, device_id, staff_id, $5, $6 FROM known WHERE NOT EXISTS (SELECT 1 FROM repeated)
     RETURNING branch_id AS "branchId"`,
    [event.kind, event.branchId, event.deviceId, event.staffId, event.address, event.count, SAME_MINUTES],
  )
  const [row] = inserted
  if (!row) return
  // Whoever has the most of one kind makes room: a flood pushes out what is its own.
  await db.query(
    `DELETE FROM security_events WHERE id IN (
       SELECT id FROM (
         SELECT id, row_number() OVER (PARTITION BY device_id, kind ORDER BY last_at DESC, id DESC) AS place
           FROM security_events WHERE branch_id IS NOT DISTINCT FROM $1::bigint) placed
        ORDER BY place, id DESC OFFSET $2)`,
    [row.branchId, KEPT],
  )
}

/** The branch's events, the latest first. Of more than `limit` each device and kind has its newest: many of one hide no other. */
export async function listSecurityEvents(db: Queryable, branchId: number, limit: number): Promise<SecurityEvent[]> {
  return db.query<SecurityEvent>(
    `WITH shown AS (
       SELECT id FROM (
         SELECT id, last_at, row_number() OVER (PARTITION BY device_id, kind ORDER BY last_at DESC, id DESC) AS place
           FROM security_events WHERE branch_id = $1) placed
        ORDER BY place, last_at DESC LIMIT $2)
     SELECT e.id, e.kind, e.count, e.first_at, e.last_at, e.device_id, d.name AS device_name, s.name AS staff_name, e.address
       FROM shown JOIN security_events e USING (id)
       LEFT JOIN devices d ON d.id = e.device_id LEFT JOIN staff s ON s.id = e.staff_id
      ORDER BY e.last_at DESC, e.id DESC`,
    [branchId, limit],
  )
}

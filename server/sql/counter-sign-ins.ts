import type { SignInNote } from '../../src/contract/counter-sign-ins.ts'
import type { SecurityEvent } from '../../src/contract/owner-security.ts'
import type { Queryable } from '../database.ts'

/** Newest notes that are kept of each device, so that one device pushes out its own alone. */
const KEPT = 200
/** Of each device in the owner's list: a talkative one leaves the others' in sight. */
const SHOWN_OF_DEVICE = 20

/**
 * Stores what a device tells of its own sign-ins. Notes about somebody who is not the branch's are left out; a time ahead of the
 * server's is told as the moment of the report. One that is known under its id only grows. In a transaction.
 */
export async function writeCounterSignIns(
  tx: Queryable,
  { branchId, deviceId, notes }: { branchId: number; deviceId: string; notes: readonly SignInNote[] },
): Promise<void> {
  await tx.query(
    `INSERT INTO counter_sign_ins AS known (branch_id, device_id, note_id, kind, staff_id, count, first_at, last_at)
     SELECT $1, $2, told.id, told.kind, told.staff_id, told.count,
            least(to_timestamp(least(told.first_at, told.last_at) / 1000.0), now()),
            least(to_timestamp(greatest(told.first_at, told.last_at) / 1000.0), now())
       FROM jsonb_to_recordset($3::jsonb)
         AS told (id uuid, kind text, staff_id bigint, count integer, first_at bigint, last_at bigint)
      WHERE CASE WHEN told.kind = 'counter_not_kept' THEN told.staff_id IS NULL
                 ELSE EXISTS (SELECT FROM staff s WHERE s.id = told.staff_id AND s.branch_id = $1) END
     ON CONFLICT (device_id, note_id) DO UPDATE
       SET count = excluded.count, last_at = greatest(known.last_at, excluded.last_at), reported_at = now()
       WHERE excluded.count > known.count`,
    [branchId, deviceId, JSON.stringify(notes)],
  )
  await tx.query(
    `DELETE FROM counter_sign_ins WHERE device_id = $1 AND id <= (
       SELECT id FROM counter_sign_ins WHERE device_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)`,
    [deviceId, KEPT],
  )
}

/** What the branch's devices told, reported last first: when it was is a device's word, and would let it hide among old things. */
export async function listCounterSignIns(db: Queryable, branchId: number, limit: number): Promise<SecurityEvent[]> {
  return db.query<SecurityEvent>(
    `SELECT c.id, c.kind, c.count, c.first_at, c.last_at, c.reported_at, c.device_id, d.name AS device_name,
            s.name AS staff_name, NULL AS address
       FROM (SELECT n.*, row_number() OVER (PARTITION BY n.device_id ORDER BY n.reported_at DESC, n.id DESC) AS place
               FROM counter_sign_ins n WHERE n.branch_id = $1) c
       JOIN devices d ON d.id = c.device_id LEFT JOIN staff s ON s.id = c.staff_id
      WHERE c.place <= $3 ORDER BY c.reported_at DESC, c.id DESC LIMIT $2`,
    [branchId, limit, SHOWN_OF_DEVICE],
  )
}

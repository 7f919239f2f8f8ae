import type { Staff } from '../../src/contract/records/staff.ts'
import type { Queryable } from '../database.ts'

const COLUMNS = 'id, name, role, pin_hash, active, version'

/** The branch's staff by id, with all secrets, those who left included: their names stand on past sales. */
export async function listStaff(db: Queryable, branchId: number): Promise<Staff[]> {
  return db.query<Staff>(`SELECT ${COLUMNS} FROM staff WHERE branch_id = $1 ORDER BY id`, [branchId])
}

export async function insertStaff(
  db: Queryable,
  staff: { branchId: number; name: string; role: Staff['role']; pinHash: string },
): Promise<Staff> {
  const [row] = await db.query<Staff>(
    `INSERT INTO staff (branch_id, name, role, pin_hash) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
    [staff.branchId, staff.name, staff.role, staff.pinHash],
  )
  if (!row) throw new Error('INSERT … RETURNING gave no row')
  return row
}

/**
 * Lets one writer of the branch's staff go at a time, until the transaction ends, so that a rule over all of them holds (one
 * owner stays, no PIN twice). Sales, which only refer to the branch, do not wait for it.
 */
export async function lockBranchStaff(tx: Queryable, branchId: number): Promise<void> {
  await tx.query('SELECT id FROM branches WHERE id = $1 FOR NO KEY UPDATE', [branchId])
}

/** Writes all fields of one of the branch's staff; null when it is not there. */
export async function updateStaff(
  tx: Queryable,
  branchId: number,
  staff: Omit<Staff, 'version'>,
): Promise<Staff | null> {
  const [row] = await tx.query<Staff>(
    `UPDATE staff SET name = $3, role = $4, pin_hash = $5, active = $6
      WHERE id = $1 AND branch_id = $2 RETURNING ${COLUMNS}`,
    [staff.id, branchId, staff.name, staff.role, staff.pin_hash, staff.active],
  )
  return row ?? null
}

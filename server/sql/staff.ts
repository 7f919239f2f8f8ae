import type { Staff } from '../../src/contract/records.ts'
import type { Queryable } from '../database.ts'

const COLUMNS = 'id, name, role, pin_hash, active, version'

/** The branch's staff by id, those who left included: their names stand on past sales. */
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

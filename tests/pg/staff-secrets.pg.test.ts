import { describe, expect, test } from 'vitest'
import type { Queryable } from '../../server/database.ts'
import { migrate, readMigrations } from '../../server/migrate.ts'
import { listRows } from '../../server/sql/pages.ts'
import { STAFF_ROWS } from '../../server/sql/resources.ts'
import type { Staff } from '../../src/contract/records/staff.ts'
import { openEmptyDatabase, openTestDatabase } from './support.ts'

/** What devices read of a branch's staff in its log. */
async function loggedStaff(db: Queryable): Promise<[name: string, version: number, hash: string][]> {
  const rows = await db.query<{ data: { name: string; version: number; pin_hash: string } }>(
    `SELECT data FROM changes WHERE event_type = 'staff_changed' ORDER BY branch_id, seq`,
  )
  return rows.map(({ data }) => [data.name, data.version, data.pin_hash])
}

const add = (db: Queryable, id: number, name: string, role: string, hash: string) =>
  db.query(`INSERT INTO staff (id, branch_id, name, role, pin_hash) VALUES ($1, 1, $2, $3, $4)`, [id, name, role, hash])

describe('hashes of PINs', () => {
  test('of owners and leavers reach neither the list nor the log; earlier ones leave it', async () => {
    const { db } = await openTestDatabase()
    await add(db, 1, 'Hartono', 'owner', 'h')
    await add(db, 2, 'Sari', 'cashier', 's')
    await add(db, 3, 'Budi', 'cashier', 'b')
    await add(db, 4, 'Dewi', 'supervisor', 'd')
    await db.query(`UPDATE staff SET active = false WHERE id = 3`)
    await db.query(`UPDATE staff SET role = 'owner' WHERE id = 4`)
    await db.query(`UPDATE staff SET pin_hash = 's2' WHERE id = 2`)
    expect(await loggedStaff(db)).toEqual([
      ['Hartono', 1, ''],
      ['Sari', 1, ''],
      ['Budi', 1, ''],
      ['Dewi', 1, ''],
      ['Budi', 2, ''],
      ['Dewi', 2, ''],
      ['Sari', 2, 's2'],
    ])
    const listed = await listRows<Staff>(db, STAFF_ROWS, 1)
    expect(listed.map(({ name, pin_hash }) => [name, pin_hash])).toEqual([
      ['Hartono', ''],
      ['Sari', 's2'],
      ['Budi', ''],
      ['Dewi', ''],
    ])
    // Somebody who moves or is deleted is inactive to the branch of before.
    await db.query('UPDATE staff SET branch_id = 2 WHERE id = 2')
    await db.query('DELETE FROM staff WHERE id = 2')
    expect(JSON.stringify(await loggedStaff(db))).not.toContain('s2')
  })

  test('that were handed out before leave the log, and a new version tells each tablet', async () => {
    const { db } = await openEmptyDatabase()
    const all = await readMigrations()
    await migrate(
      db,
      all.filter(({ number }) => number < 11),
    )
    await db.query(`INSERT INTO merchants (code, name) VALUES ('M', 'Toko')`)
    await db.query(`INSERT INTO branches (merchant_id, code, name) VALUES (1, 'B', 'Satu')`)
    await add(db, 1, 'Hartono', 'owner', 'h')
    await add(db, 2, 'Sari', 'cashier', 's')
    await add(db, 3, 'Budi', 'cashier', 'b')
    await add(db, 4, 'Lama', 'cashier', 'l')
    await db.query(`UPDATE staff SET active = false WHERE id = 3`)
    await db.query('DELETE FROM staff WHERE id = 4')
    expect((await loggedStaff(db)).map(([, , hash]) => hash)).toEqual(['h', 's', 'b', 'l', 'b', 'l'])

    await migrate(db, all)
    expect(await loggedStaff(db)).toEqual([
      ['Hartono', 1, ''],
      ['Sari', 1, 's'],
      ['Budi', 1, ''],
      ['Lama', 1, ''],
      ['Budi', 2, ''],
      ['Lama', 2, ''],
      ['Hartono', 2, ''],
      ['Budi', 3, ''],
    ])
    expect(await db.query('SELECT name, version, pin_hash FROM staff ORDER BY id')).toEqual([
      { name: 'Hartono', version: 2, pin_hash: 'h' },
      { name: 'Sari', version: 1, pin_hash: 's' },
      { name: 'Budi', version: 3, pin_hash: 'b' },
    ])
    // Versions are given by the trigger again.
    await db.query(`UPDATE staff SET name = 'Pak Hartono' WHERE id = 1`)
    expect(await db.query('SELECT version FROM staff WHERE id = 1')).toEqual([{ version: 3 }])
  })
})

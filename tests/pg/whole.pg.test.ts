import { describe, expect, test } from 'vitest'
import { checkWhole, NotWholeError } from '../../server/lifecycle/check-whole.ts'
import { migrate } from '../../server/migrate.ts'
import { listObjects } from '../../server/sql/whole.ts'
import { sale, uploadOne } from './selling-support.ts'
import { addProduct, openEmptyDatabase, openTestDatabase } from './support.ts'

describe('a database that is not whole', () => {
  test('server/schema-objects.txt names exactly what the migrations make', async () => {
    const { db } = await openEmptyDatabase()
    await migrate(db)
    // After a new migration: npx vitest run -u --project pg tests/pg/whole.pg.test.ts
    await expect(`${(await listObjects(db)).join('\n')}\n`).toMatchFileSnapshot('../../server/schema-objects.txt')
  })

  test.each([
    ['DROP TRIGGER "A_product_log" ON products', 'it lacks trigger products.A_product_log'],
    ['ALTER TABLE inventory DISABLE TRIGGER inventory_log', 'it lacks trigger inventory.inventory_log'],
    ['ALTER TABLE inventory DROP CONSTRAINT inventory_quantity_check', 'it lacks constraint inventory.inventory_qua'],
    ['DROP INDEX changes_position', 'it lacks index changes_position'],
    ['DROP FUNCTION checksum(text)', 'it lacks function checksum/1'],
    ['DROP TABLE voids CASCADE', 'it lacks table voids, index voids_branch, index voids_pkey and '],
    ['DROP TABLE kept_rows', 'it lacks table kept_rows.'],
  ])('is refused in one line that says what is missing: %s', async (breakage, words) => {
    const { db } = await openTestDatabase()
    await checkWhole(db)
    await db.query(breakage)
    const error = await checkWhole(db).then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(NotWholeError)
    expect(String(error)).toContain(words)
    expect(String(error)).not.toContain('\n')
  })

  test('is refused when rows are gone that nobody deleted; what was deleted in order is not missed', async () => {
    const { db } = await openTestDatabase()
    await db.query(`INSERT INTO devices (id, branch_id, name, token_hash) SELECT 'DEV-' || g, 1, 'x', g::text
                      FROM generate_series(1, 3) g`)
    await db.query(`DELETE FROM devices WHERE id = 'DEV-3'`)
    await checkWhole(db)
    // As a restore does it that fills other tables and fails on this one: no trigger fires.
    await db.query('ALTER TABLE devices DISABLE TRIGGER devices_kept')
    await db.query(`DELETE FROM devices WHERE id = 'DEV-2'`)
    await db.query('ALTER TABLE devices ENABLE TRIGGER devices_kept')
    await expect(checkWhole(db)).rejects.toThrow('devices has 1 of 2 rows')
    await expect(db.query('TRUNCATE devices CASCADE')).rejects.toThrow('is refused')
  })

  test('is refused when a dump of before rows were counted was restored with errors', async () => {
    const { db } = await openTestDatabase()
    await db.query('DELETE FROM settings_history')
    await db.query('DELETE FROM branches')
    await db.query('DELETE FROM merchants')
    // As the migration counts what it finds.
    await db.query('UPDATE kept_rows SET added = 0')
    await expect(checkWhole(db)).rejects.toThrow('branches has 0 of 2 rows')
  })

  test('is refused when it has sales and does not know any more which were sent', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 10 })
    await uploadOne(db, { transactions: [sale([{ product_id: rice, quantity: 1 }])] })
    await checkWhole(db)
    await db.query('DELETE FROM operations')
    await expect(checkWhole(db)).rejects.toThrow('operations is empty, though sales were booked')
  })

  test('is refused before any migration runs when it does not know which were applied', async () => {
    const { db } = await openTestDatabase()
    await db.query('DELETE FROM schema_migrations')
    await expect(migrate(db)).rejects.toThrow(NotWholeError)
  })

  test('what an owner’s programs add does no harm', async () => {
    const { db } = await openTestDatabase()
    await db.query('CREATE TABLE of_the_owner (id int)')
    await db.query('CREATE INDEX of_the_owner_too ON products (price)')
    await checkWhole(db)
  })
})

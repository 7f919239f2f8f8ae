import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { checkWhole } from '../../server/lifecycle/check-whole.ts'
import { migrate, readMigrations } from '../../server/migrate.ts'
import { pruneChanges } from '../../server/sql/changes.ts'
import { findLostRows, foldKeptRows, listCountedTables } from '../../server/sql/whole.ts'
import { addDevice, cashMovement, closing, opening, refundOf, sale, upload, voidOf } from './selling-support.ts'
import { addProduct, one, openEmptyDatabase, openTestDatabase } from './support.ts'

/** A shop that has a row in everything that is counted. */
async function fillShop(db: Database): Promise<void> {
  await addDevice(db, 'DEV-A')
  await db.query(
    `INSERT INTO staff (branch_id, name, role, pin_hash) VALUES (1, 'Sari', 'cashier', 'x'), (1, 'Budi', 'owner', 'x')`,
  )
  await db.query(`INSERT INTO settings (branch_id, "values", updated_at) VALUES (1, '{"tax_rate_bp": 1100}', now())`)
  const [rice, gone] = [await addProduct(db, { stock: 3 }), await addProduct(db)]
  await db.query('DELETE FROM products WHERE id = $1', [gone])
  const sold = sale([{ product_id: rice, quantity: 5, price: 14_000 }])
  const refunded = sale([{ product_id: rice, quantity: 1 }])
  await upload(db, {
    transactions: [sold, refunded],
    shifts: [opening(), closing()],
    cash_movements: [cashMovement({ approved_by: 2 })],
    voids: [voidOf(sold.offline_id)],
    refunds: [refundOf(refunded.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }])],
  })
  await upload(db, { transactions: [{ ...sold, note: 'lain' }] })
  await db.query(
    `INSERT INTO owner_documents (branch_id, request_id, kind, request) VALUES (1, gen_random_uuid(), 'product', '{}')`,
  )
  const point = 'x'.repeat(43)
  await db.query(
    `INSERT INTO approval_keys (thumbprint, x, y, branch_id, device_id, staff_id) VALUES ($1, $1, $1, 1, 'DEV-A', 2)`,
    [point],
  )
}

/** As a restore leaves it in which this step failed: no trigger fires. */
const asRestore = (db: Database, sql: string) =>
  db.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica')
    await tx.query(sql)
  })

/** Puts it back as it was: what is tried next starts from a whole one. */
async function whileBroken(db: Database, sql: string, look: (tx: Database) => Promise<void>): Promise<void> {
  const undo = new Error('undo')
  await db
    .transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica')
      for (const statement of sql.split(';')) await tx.query(statement)
      await tx.query('SET LOCAL session_replication_role = origin')
      await look({ ...db, query: (...args) => tx.query(...args) })
      throw undo
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error
    })
}

test('[S6] a table that lost its rows in a restore is named: whichever of those that are counted', async () => {
  const { db } = await openTestDatabase()
  await fillShop(db)
  await checkWhole(db)
  const tables = await listCountedTables(db)
  expect(tables.length).toBeGreaterThan(20)
  for (const table of tables) {
    const { rows } = await one<{ rows: number }>(db, `SELECT count(*) AS rows FROM ${table}`)
    expect([table, rows > 0]).toEqual([table, true])
    await whileBroken(db, `DELETE FROM ${table}`, async (broken) => {
      await expect(checkWhole(broken), table).rejects.toThrow(`${table} has 0 of ${rows} rows`)
    })
  }
  await asRestore(db, 'DELETE FROM transaction_items WHERE id = (SELECT max(id) FROM transaction_items)')
  await expect(checkWhole(db)).rejects.toThrow(/transaction_items has \d+ of \d+ rows/)
})

describe('[S6] a database that is not whole is refused', () => {
  test.each([
    ['DELETE FROM branch_seq WHERE branch_id = 1', 'branch_seq lacks branch 1'],
    ['UPDATE branch_seq SET seq = 1 WHERE branch_id = 1', 'branch_seq of branch 1 is behind its changes'],
    ['DELETE FROM publisher_leases', 'publisher_leases lacks branch 1'],
    ['DELETE FROM changes', 'changes of branch 1 are gone'],
    ['DELETE FROM log_state', 'log_state is empty'],
    ['DELETE FROM kept_rows', 'kept_rows is empty, though there are branches'],
    [`SELECT setval('transactions_id_seq', 1, false)`, 'transactions_id_seq is behind its table'],
    [`SELECT setval('transaction_items_id_seq', 1)`, 'transaction_items_id_seq is behind its table'],
    [`SELECT setval('changes_id_seq', 1, false)`, 'changes_id_seq is behind its table'],
    ['ALTER TABLE products ALTER unit DROP DEFAULT', 'it lacks default products.unit'],
    ['ALTER TABLE products ALTER unit DROP NOT NULL', 'it lacks required products.unit'],
    [
      `ALTER TABLE products DROP CONSTRAINT products_price_check; ALTER TABLE products ADD CONSTRAINT products_price_check CHECK (price > -5) NOT VALID`,
      'it lacks constraint products.products_price_check, rule products.products_price_check.',
    ],
    [
      `ALTER TABLE products DROP CONSTRAINT products_price_check; ALTER TABLE products ADD CONSTRAINT products_price_check CHECK (price > -5)`,
      'it lacks rule products.products_price_check.',
    ],
  ])('%s', async (breakage, words) => {
    const { db } = await openTestDatabase()
    await fillShop(db)
    for (const statement of breakage.split(';')) await asRestore(db, statement)
    await expect(checkWhole(db)).rejects.toThrow(words)
  })
})

describe('[S6] a healthy database is not refused', () => {
  test('a new one, a pruned one, one whose rows were deleted in order', async () => {
    const { db } = await openTestDatabase()
    await checkWhole(db)
    await fillShop(db)
    await db.query(`UPDATE publisher_leases SET published = 1000000`)
    await db.query(`UPDATE changes SET created_at = now() - interval '9 days'`)
    expect(await pruneChanges(db, { branchId: 1, keepDays: 7 })).toBeGreaterThan(5)
    await checkWhole(db)
    await db.query('DELETE FROM products')
    await db.query(`TRUNCATE oversold_lines`)
    await db.query('DELETE FROM changes')
    await checkWhole(db)
  })

  test('one that an earlier version has filled', async () => {
    const { db } = await openEmptyDatabase()
    await migrate(
      db,
      (await readMigrations()).filter(({ number }) => number < 25),
    )
    await db.query(`INSERT INTO merchants (code, name) VALUES ('M', 'Toko')`)
    await db.query(`INSERT INTO branches (merchant_id, code, name) VALUES (1, 'A', 'Satu'), (1, 'B', 'Dua')`)
    await fillShop(db)
    // All of one branch's log was forgotten long ago.
    await db.query('DELETE FROM changes')
    await migrate(db)
    await checkWhole(db)
    await asRestore(db, 'DELETE FROM voids')
    await expect(checkWhole(db)).rejects.toThrow('voids has 0 of 1 rows')
  })

  test('one with ids of the owner’s own, ahead of their sequences', async () => {
    const { db } = await openTestDatabase()
    await db.query(
      `INSERT INTO products (id, branch_id, name) VALUES (1, 1, 'Dari toko lama'), (5000, 1, 'Dari toko lama')`,
    )
    await checkWhole(db)
  })

  test('counts that were added up say the same, also when rows come meanwhile', async () => {
    const { db, open } = await openTestDatabase()
    await fillShop(db)
    await Promise.all([foldKeptRows(db), addProduct(open()), foldKeptRows(open()), addProduct(db), foldKeptRows(db)])
    await checkWhole(db)
    await foldKeptRows(db)
    const { twice } = await one<{ twice: number }>(
      db,
      'SELECT count(*) AS twice FROM (SELECT FROM kept_rows GROUP BY table_name HAVING count(*) > 1) more',
    )
    expect(twice).toBe(0)
    await asRestore(db, 'DELETE FROM voids')
    await expect(checkWhole(db)).rejects.toThrow('voids has 0 of 1 rows')
  })

  test('looks at so many rows of a table and no more', async () => {
    const { db } = await openTestDatabase()
    for (let count = 0; count < 9; count++) await addProduct(db)
    const lost = async (atMost: number) => await findLostRows(db, ['products', 'voids'], atMost)
    await asRestore(db, 'DELETE FROM products WHERE id > 5')
    expect(await lost(5)).toEqual([])
    expect(await lost(6)).toEqual([{ table: 'products', written: 9, rows: 5 }])
  })
})

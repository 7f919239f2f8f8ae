import { expect, test } from 'vitest'
import { insertRecord, insertRecords } from '../../server/sql/insert-records.ts'
import { openTestDatabase } from './support.ts'

const sold = { branch_id: 1, transaction_code: 'T-1', status: 'paid', grand_total: 999_999_999_999 }

test('records keep their order and exact values; what they leave out gets its default', async () => {
  const { db } = await openTestDatabase()
  const id = await insertRecord(db, 'transactions', {
    ...sold,
    created_at_device: '2026-11-22T23:59:59.123+07:00',
    versions: { 'stock:1': 8 },
    note: null,
  })
  const [row] = await db.query(
    `SELECT grand_total, type_transaction, op, versions, created_at_device, note, occurred_at = created_at AS "isNow" FROM transactions WHERE id = $1`,
    [id],
  )
  expect(row).toEqual({
    grand_total: 999_999_999_999,
    type_transaction: 1,
    op: 'sale',
    versions: { 'stock:1': 8 },
    created_at_device: '2026-11-22T16:59:59.123Z',
    note: null,
    isNow: true,
  })
  const quantities = [0.1, 3, -0.001, 123_456_789.125, 2]
  const lines = quantities.map((quantity) => ({ transaction_id: id, product_id: 7, quantity, price: 1 }))
  await insertRecords(db, 'transaction_items', lines)
  const stored = await db.query<{ quantity: number; discount: number }>(
    'SELECT quantity, discount FROM transaction_items ORDER BY id',
  )
  expect(stored).toEqual(quantities.map((quantity) => ({ quantity, discount: 0 })))
})

test('a key that is no column is refused, whatever it says', async () => {
  const { db } = await openTestDatabase()
  for (const key of ['no_such_column', `note") SELECT 1; DROP TABLE voids; --`]) {
    await expect(insertRecord(db, 'transactions', { ...sold, [key]: 'x' })).rejects.toThrow(/column .* does not exist/)
  }
  expect(await db.query('SELECT FROM voids')).toEqual([])
})

test('no records are no statement', async () => {
  const { db } = await openTestDatabase()
  expect(await insertRecords(db, 'no_such_table', [])).toEqual([])
})

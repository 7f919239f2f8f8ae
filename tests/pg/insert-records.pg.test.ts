import { expect, test } from 'vitest'
import { insertRecord, insertRecords } from '../../server/sql/insert-records.ts'
import { saleItemSchema, saleSchema } from '../../src/contract/sales.ts'
import { sale, upload } from './selling-support.ts'
import { addProduct, openTestDatabase } from './support.ts'

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

test('records of different keys are refused: none loses what the first one has not', async () => {
  const { db } = await openTestDatabase()
  const lines = [{ product_id: 7 }, { product_id: 8, note: 'pedas' }]
  await expect(insertRecords(db, 'transaction_items', lines)).rejects.toThrow(TypeError)
})

test('[S10] a sender sets no column that the contract does not know, by whatever name', async () => {
  const { db } = await openTestDatabase()
  const product_id = await addProduct(db, { stock: 10 })
  const told = await db.query<{ table: string; column: string }>(
    `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name IN ('transactions', 'transaction_items')`,
  )
  const smuggled = (table: string, { entries }: { readonly entries: object }) =>
    Object.fromEntries(
      told.flatMap((each) => (each.table === table && !(each.column in entries) ? [[each.column, 77]] : [])),
    )
  const plain = sale([{ product_id, quantity: 1 }])
  const other = sale([{ product_id, quantity: 1, ...smuggled('transaction_items', saleItemSchema) }])
  const { results } = await upload(db, { transactions: [plain, { ...smuggled('transactions', saleSchema), ...other }] })
  expect(results).toMatchObject([{ success: true }, { success: true }])
  const [honest, dishonest] = await db.query<{ sale: object; items: object[] }>(
    `SELECT to_jsonb(t) - '{id,offline_id,transaction_code,versions,created_at,occurred_at,synced_at}'::text[] AS sale,
            (SELECT jsonb_agg(to_jsonb(i) - '{id,transaction_id}'::text[]) FROM transaction_items i WHERE i.transaction_id = t.id) AS items
       FROM transactions t ORDER BY t.id`,
  )
  expect(dishonest).toEqual(honest)
  expect(honest?.items).toHaveLength(1)
})

test('no records are no statement', async () => {
  const { db } = await openTestDatabase()
  expect(await insertRecords(db, 'no_such_table', [])).toEqual([])
})

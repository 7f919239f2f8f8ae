/** A sale is a record of every counter: its version, its events and its row, which holds what became of it. */
import * as v from 'valibot'
import { expect, test } from 'vitest'
import type { Database, Queryable } from '../../server/database.ts'
import { readChecksums } from '../../server/sql/checksums.ts'
import { readPage } from '../../server/sql/pages.ts'
import { SERVED_RESOURCES } from '../../server/sql/resources.ts'
import { type Transaction, transactionSchema } from '../../src/contract/transactions.ts'
import { payment, refundOf, sale, upload, uploadOne, voidOf } from './selling-support.ts'
import { addProduct, openTestDatabase, readLog } from './support.ts'

const served = SERVED_RESOURCES.find(({ name }) => name === 'transaction')
if (!served) throw new Error('sales are not served')
const { source } = served
const resource = served

async function openShop(): Promise<Database> {
  const { db } = await openTestDatabase()
  await addProduct(db, { stock: 100 })
  return db
}

/** The branch's kept sales, each as clients take it. */
async function keptSales(db: Queryable, branchId = 1): Promise<Transaction[]> {
  const { rows, meta } = await readPage(db, source, { branchId, lastId: 0, limit: 1000 })
  expect(meta.total).toBe(rows.length)
  const ranges = await readChecksums(db, { branchId, resource, after: 0, upTo: null, size: 1000 })
  expect(ranges.ranges[0]?.count).toBe(rows.length)
  return rows.map((row) => v.parse(transactionSchema, row))
}

const versionsOf = async (db: Queryable) => (await keptSales(db)).map(({ id, version }) => [id, version])

/** What the log told of sales since `after`: the events that say a version. */
async function told(db: Queryable, after = 0): Promise<unknown[]> {
  const log = await readLog(db, 1)
  return log
    .filter(({ kind, seq }) => kind === 'transaction' && seq > after)
    .map(({ event_type: type, data }) => [type, data.transaction_id, data.op, data.version])
}

test('[S1] [S2] a sale is version 1; what became of it makes one version a commit, and stands in its row', async () => {
  const db = await openShop()
  const sold = sale([{ product_id: 1, quantity: 2 }])
  const { server_id: id } = await uploadOne(db, { transactions: [sold] })
  expect(await versionsOf(db)).toEqual([[id, 1]])

  await upload(db, { payments: [payment(sold.offline_id, 10_000)] })
  expect(await versionsOf(db)).toEqual([[id, 2]])
  const refund = refundOf(sold.offline_id, [{ product_id: 1, quantity: 1, amount: 15_000 }])
  const { server_id: refundId } = await uploadOne(db, { refunds: [refund] })
  expect(await versionsOf(db)).toEqual([[id, 3]])
  await uploadOne(db, { voids: [voidOf(sold.offline_id)] })
  expect(await told(db)).toEqual([
    ['transaction_created', id, 'sale', 1],
    ['transaction_updated', id, 'sale', 2],
    ['transaction_created', refundId, 'refund', undefined],
    ['transaction_updated', id, 'sale', 3],
    ['transaction_updated', id, 'void', 4],
    ['transaction_updated', refundId, 'refund', undefined],
  ])
  const [row] = await keptSales(db)
  expect(row).toMatchObject({
    id,
    version: 4,
    status: 'void',
    items: [{ product_id: 1, quantity: 2, price: 15_000 }],
    voided: { reason: 'salah input' },
    refunds: [{ refund_total: 15_000, reason: 'rusak', items: [{ product_id: 1, quantity: 1, amount: 15_000 }] }],
  })
  expect(row?.payments.reduce((sum, { amount }) => sum + amount, 0)).toBe(30_000)
})

test('[S1] [S2] plain SQL on a sale, its lines, payments or refunds makes a version', async () => {
  const db = await openShop()
  const { server_id: id } = await uploadOne(db, { transactions: [sale([{ product_id: 1, quantity: 2 }])] })
  await db.query(`UPDATE transactions SET note = 'x'`)
  await db.query(`UPDATE transaction_items SET note = 'y'`)
  await db.query(`UPDATE transaction_payments SET reference = 'z'`)
  await db.query(`UPDATE transactions SET note = 'x'`)
  expect(await versionsOf(db)).toEqual([[id, 4]])
  await db.query(
    `INSERT INTO transactions (branch_id, transaction_code, status, grand_total, op, refund_of)
     VALUES (1, 'R-1', 'paid', -5, 'refund', $1)`,
    [id],
  )
  await db.query(`UPDATE transactions SET reason = 'kembali' WHERE refund_of IS NOT NULL`)
  expect(await versionsOf(db)).toEqual([[id, 6]])
  expect((await keptSales(db))[0]?.refunds).toMatchObject([{ refund_total: 5, reason: 'kembali' }])
})

test('[S2] no writer sets a sale’s version back', async () => {
  const db = await openShop()
  const { server_id: id } = await uploadOne(db, { transactions: [sale([{ product_id: 1, quantity: 2 }])] })
  await db.query(`UPDATE transactions SET note = 'x'`)
  await db.query(`UPDATE transactions SET version = 0, note = 'y'`)
  expect(await versionsOf(db)).toEqual([[id, 3]])
})

test('[R6] counters keep the sales of 45 whole days by the time of booking, and each branch its own', async () => {
  const db = await openShop()
  const ids: unknown[] = []
  for (const days of [47, 44, 0]) {
    const { server_id: id } = await uploadOne(db, { transactions: [sale([{ product_id: 1, quantity: 1 }])] })
    await db.query('UPDATE transactions SET created_at = now() - make_interval(days => $2) WHERE id = $1', [id, days])
    ids.push(id)
  }
  expect((await keptSales(db)).map(({ id }) => id)).toEqual(ids.slice(1))
  expect(await keptSales(db, 2)).toEqual([])
  const { rows } = await readPage<Transaction>(db, source, { branchId: 2, lastId: 0, limit: 10, ids: [Number(ids[2])] })
  expect(rows).toEqual([])
})

test('[section 7] each message of a sale of five lines is at most 1 kB', async () => {
  const { db } = await openTestDatabase()
  const ids: number[] = []
  for (let line = 1; line <= 5; line += 1) ids.push(await addProduct(db, { name: `Barang ${line}`, stock: 100 }))
  const before = (await readLog(db, 1)).length
  const lines = ids.map((id) => ({ product_id: id, quantity: 1.5, price: 12_500 }))
  await uploadOne(db, { transactions: [sale(lines)] })
  const log = (await readLog(db, 1)).slice(before)
  expect(log).toHaveLength(11)
  for (const { seq, created_at: timestamp, event_type, data } of log) {
    const message = JSON.stringify({ event_type, timestamp, seq, epoch: '56752b9f-3cb4-4b29-8512-ce3e0112c527', data })
    expect(message.length, event_type).toBeLessThanOrEqual(1024)
  }
})

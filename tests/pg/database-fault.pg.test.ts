import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { syncBatch } from '../../server/selling/batch-sync.ts'
import { BRANCH, sale, stockOf, uploadOne } from './selling-support.ts'
import { addProduct, one, openTestDatabase } from './support.ts'

/** What a restore, a replica or an owner's program leaves behind, with what puts it right again. */
const BREAKAGES: readonly (readonly [name: string, breakIt: string, mendIt: string])[] = [
  [
    'a sequence of sales that was set back',
    `SELECT setval('transactions_id_seq', 1, false)`,
    `SELECT setval('transactions_id_seq', 1000)`,
  ],
  [
    'a sequence of lines that was set back',
    `SELECT setval('transaction_items_id_seq', 1, false)`,
    `SELECT setval('transaction_items_id_seq', 1000)`,
  ],
  [
    'a sequence at its end',
    `ALTER SEQUENCE transactions_id_seq MAXVALUE 2`,
    'ALTER SEQUENCE transactions_id_seq NO MAXVALUE',
  ],
  ['a counter of the log that is gone', 'DELETE FROM branch_seq', 'INSERT INTO branch_seq SELECT 1, 1000'],
  ['a counter of the log that is behind', 'UPDATE branch_seq SET seq = 1', 'UPDATE branch_seq SET seq = 1000'],
  [
    'a rule of the owner’s own',
    'ALTER TABLE products ADD CONSTRAINT no_less CHECK (stock >= 8)',
    'ALTER TABLE products DROP CONSTRAINT no_less',
  ],
  [
    'a column that the owner’s own program must fill in',
    'ALTER TABLE transactions ADD COLUMN extra text NOT NULL DEFAULT 1; ALTER TABLE transactions ALTER extra DROP DEFAULT',
    'ALTER TABLE transactions DROP COLUMN extra',
  ],
]

async function sellTwice(db: Database): Promise<number> {
  const rice = await addProduct(db, { stock: 10 })
  for (let count = 0; count < 2; count++) {
    const booked = await uploadOne(db, { transactions: [sale([{ product_id: rice, quantity: 1 }])] })
    expect(booked.success).toBe(true)
  }
  return rice
}

describe('[Q2] a good sale when the database is at fault', () => {
  test.each(BREAKAGES)(
    'is not refused for good, and booked once that is mended: %s',
    async (_name, breakIt, mendIt) => {
      const { db } = await openTestDatabase()
      const rice = await sellTwice(db)
      const third = { transactions: [sale([{ product_id: rice, quantity: 1 }])] }
      await db.script(breakIt)
      expect(await uploadOne(db, third)).toMatchObject({ success: false, error_kind: 'unavailable' })
      await db.script(mendIt)
      expect(await uploadOne(db, third)).toMatchObject({ success: true })
      expect((await stockOf(db, rice)).stock).toBe(7)
      expect(await one(db, 'SELECT count(*) AS n FROM transactions')).toEqual({ n: 3 })
    },
  )

  test('is one line in the log, however many of an upload it hits', async () => {
    const { db } = await openTestDatabase()
    const rice = await sellTwice(db)
    await db.query('DELETE FROM branch_seq')
    const lines: unknown[][] = []
    const transactions = Array.from({ length: 5 }, () => sale([{ product_id: rice, quantity: 1 }]))
    const none = { payments: [], voids: [], refunds: [], shifts: [], cash_movements: [] }
    const device = { deviceId: 'DEV-A', branchId: 1, branchCode: BRANCH }
    const request = { ...none, transactions, device_id: 'DEV-A', synced_at: null }
    await syncBatch({ db, clock: Date.now, lines: (...line) => lines.push(line) }, device, request)
    expect(lines).toEqual([['error', expect.objectContaining({ count: 5, err: expect.any(Error) }), 'not booked']])
  })
})

test('[Q2] a value that can not be stored is refused for good', async () => {
  const { db } = await openTestDatabase()
  const rice = await addProduct(db, { stock: -999_999_999 })
  const sold = sale([{ product_id: rice, quantity: 999_999 }])
  expect(await uploadOne(db, { transactions: [sold] })).toMatchObject({ success: false, error_kind: 'invalid' })
})

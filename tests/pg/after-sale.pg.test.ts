import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { readTakings } from '../../server/sql/reports.ts'
import { listTransactions } from '../../server/sql/transactions.ts'
import { transactionListSchema } from '../../src/contract/transactions.ts'
import {
  addDevice,
  cashMovement,
  closing,
  OTHER_BRANCH,
  opening,
  payment,
  refundOf,
  SHIFT,
  sale,
  stockOf,
  upload,
  uploadOne,
  voidOf,
} from './selling-support.ts'
import { addProduct, one, openTestDatabase, readLog } from './support.ts'

/** A shop with ten bags of rice, of which three are sold. */
async function openShop() {
  const { db } = await openTestDatabase()
  const rice = await addProduct(db, { stock: 10 })
  const sold = sale([
    { product_id: rice, quantity: 1 },
    { product_id: rice, quantity: 2 },
  ])
  const result = await uploadOne(db, { transactions: [sold] })
  return { db, rice, sold, result }
}

const refund = (db: Database, saleId: string, product_id: number, quantity: number, amount: number) =>
  uploadOne(db, { refunds: [refundOf(saleId, [{ product_id, quantity, amount }])] })

describe('a void', () => {
  test('[Q2][S10] puts the whole stock back once, under its own id, whatever is sent again', async () => {
    const { db, rice, sold, result } = await openShop()
    const before = (await readLog(db, 1)).length
    const undone = voidOf(sold.offline_id)
    const first = await uploadOne(db, { voids: [undone] })
    const { id } = await one<{ id: number }>(db, 'SELECT id FROM inventory')
    expect(first).toMatchObject({
      success: true,
      server_id: result.server_id,
      transaction_code: result.transaction_code,
    })
    expect(first.versions).toEqual({ [`stock:${rice}`]: 3, [`inventory:${id}`]: 3 })
    expect(await stockOf(db, rice)).toEqual({ stock: 10, places: [10] })

    const log = (await readLog(db, 1)).slice(before)
    expect(first.seq).toBe(log.at(-1)?.seq)
    expect(log.map(({ event_type, data }) => [event_type, data.offline_id, data.op])).toEqual(
      ['stock_updated', 'quantity_updated', 'transaction_updated'].map((type) => [type, undone.offline_id, 'void']),
    )
    expect(log.at(-1)?.data).toMatchObject({
      transaction_offline_id: sold.offline_id,
      status: 'void',
      versions: first.versions,
    })
    expect(await uploadOne(db, { voids: [undone] })).toEqual(first)
    expect(await uploadOne(db, { transactions: [sold] })).toEqual(result)
    expect(await uploadOne(db, { voids: [voidOf(sold.offline_id)] })).toMatchObject({ error_kind: 'already_void' })
    expect(await stockOf(db, rice)).toEqual({ stock: 10, places: [10] })
    expect(await db.query('SELECT what, approved_by, offline_id, reason FROM approvals')).toEqual([
      { what: 'void', approved_by: 2, offline_id: undone.offline_id, reason: 'salah input' },
    ])
  })

  test('[Q3] before its sale is remembered: the sale is booked as void and touches no stock', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 10 })
    const sold = sale([{ product_id: rice, quantity: 4 }])
    const undone = voidOf(sold.offline_id)
    expect(await uploadOne(db, { voids: [undone] })).toMatchObject({
      success: true,
      versions: {},
      server_id: null,
      seq: expect.any(Number),
    })
    const late = await uploadOne(db, { transactions: [sold] })
    expect(late).toMatchObject({ success: true, versions: {} })
    expect(await one(db, 'SELECT status, payment_status FROM transactions')).toEqual({
      status: 'void',
      payment_status: 'void',
    })
    expect(await one(db, 'SELECT transaction_id, amount FROM voids')).toEqual({
      transaction_id: late.server_id,
      amount: 60_000,
    })
    expect(await uploadOne(db, { voids: [undone] })).toMatchObject({ success: true, versions: {}, server_id: null })
    expect(await stockOf(db, rice)).toEqual({ stock: 10, places: [10] })
    expect(await refund(db, sold.offline_id, rice, 1, 1)).toMatchObject({ error_kind: 'already_void' })
  })

  test('at the same time as its sale is never lost', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 10 })
    for (let round = 0; round < 8; round++) {
      const sold = sale([{ product_id: rice, quantity: 1 }])
      const both = await Promise.all([
        uploadOne(db, { transactions: [sold] }),
        uploadOne(db, { voids: [voidOf(sold.offline_id)] }),
      ])
      expect(both.map(({ success }) => success)).toEqual([true, true])
    }
    expect((await stockOf(db, rice)).stock).toBe(10)
    expect(await db.query('SELECT DISTINCT status FROM transactions')).toEqual([{ status: 'void' }])
  })

  test('gives back what was not refunded before, and takes its refunds with it', async () => {
    const { db, rice, sold } = await openShop()
    await refund(db, sold.offline_id, rice, 1, 15_000)
    const result = await uploadOne(db, { voids: [voidOf(sold.offline_id)] })
    expect(result.success).toBe(true)
    expect((await stockOf(db, rice)).stock).toBe(10)
    expect(await one(db, 'SELECT amount FROM voids')).toEqual({ amount: 30_000 })
    expect(
      await one(db, `SELECT coalesce(sum(grand_total), 0) AS net FROM transactions WHERE status = 'paid'`),
    ).toEqual({ net: 0 })
    const { from } = await one<{ from: string }>(db, `SELECT shop_day(occurred_at)::text AS "from" FROM voids`)
    const { totals } = await readTakings(db, { branchId: 1, from, to: from, limit: null })
    expect(totals).toMatchObject({ count: 0, sales: 0, refund_count: 0, refunds: 0, void_count: 1, voids: 45_000 })
  })

  test('[D2] of what came back already names the stock’s version all the same', async () => {
    const { db, rice, sold } = await openShop()
    const { versions } = await refund(db, sold.offline_id, rice, 3, 45_000)
    const undone = await uploadOne(db, { voids: [voidOf(sold.offline_id)] })
    expect(undone.versions).toEqual({ [`stock:${rice}`]: versions?.[`stock:${rice}`] })
    expect((await stockOf(db, rice)).stock).toBe(10)
  })
})

describe('a refund', () => {
  test('[S10] is a transaction of its own, below zero, and puts stock back once', async () => {
    const { db, rice, sold, result } = await openShop()
    const back = refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 14_900 }], {
      refund_total: 15_000,
      payment_method: 'QRIS',
      reference: 'R-1',
    })
    const first = await uploadOne(db, { refunds: [back] })
    expect(first).toMatchObject({ success: true, type: 'refund' })
    expect(first.transaction_code).toMatch(/^RFD-\d{8}-001$/)
    expect(await uploadOne(db, { refunds: [back] })).toEqual(first)
    expect(await stockOf(db, rice)).toEqual({ stock: 8, places: [8] })
    const [told, ofSale] = (await readLog(db, 1)).slice(-2)
    expect(ofSale).toMatchObject({
      event_type: 'transaction_updated',
      seq: first.seq,
      data: { transaction_id: result.server_id, op: 'sale', version: 2 },
    })
    expect(told).toMatchObject({
      event_type: 'transaction_created',
      data: {
        offline_id: back.offline_id,
        transaction_offline_id: sold.offline_id,
        op: 'refund',
        grand_total: -15_000,
        versions: first.versions,
        items: [{ product_id: rice, quantity: -1, price: 15_000 }],
      },
    })
    expect(await one(db, 'SELECT sum(amount) AS net FROM transaction_payments')).toEqual({ net: 30_000 })
    const list = await listTransactions(db, { branchId: 1, limit: 10 })
    expect(v.parse(transactionListSchema, { code: 200, data: JSON.parse(JSON.stringify(list)) }).data).toMatchObject([
      {
        id: result.server_id,
        voided: null,
        refunds: [
          {
            offline_id: back.offline_id,
            refund_total: 15_000,
            reason: 'rusak',
            items: [{ product_id: rice, quantity: 1, amount: 14_900 }],
          },
        ],
      },
    ])
  })

  test('gives back no more than was sold and paid, in one refund or in several', async () => {
    const { db, rice, sold } = await openShop()
    expect(await refund(db, sold.offline_id, rice, 3.001, 1)).toMatchObject({ error_kind: 'quantity_exceeded' })
    expect(await refund(db, sold.offline_id, rice, 1, 45_001)).toMatchObject({ error_kind: 'amount_exceeded' })
    expect(await refund(db, sold.offline_id, rice + 1, 1, 1)).toMatchObject({ error_kind: 'quantity_exceeded' })
    expect((await refund(db, sold.offline_id, rice, 2, 45_000)).success).toBe(true)
    expect(await refund(db, sold.offline_id, rice, 1.5, 0)).toMatchObject({ error_kind: 'quantity_exceeded' })
    expect(await refund(db, sold.offline_id, rice, 1, 1)).toMatchObject({ error_kind: 'amount_exceeded' })
    expect((await refund(db, sold.offline_id, rice, 1, 0)).success).toBe(true)
    expect((await stockOf(db, rice)).stock).toBe(10)
    expect(await refund(db, randomUUID(), rice, 1, 1)).toMatchObject({ error_kind: 'unknown_transaction' })
  })

  test('of several devices at once keeps the limit', async () => {
    const { db, rice, sold } = await openShop()
    const results = await Promise.all(Array.from({ length: 8 }, () => refund(db, sold.offline_id, rice, 1, 15_000)))
    expect(results.filter(({ success }) => success)).toHaveLength(3)
    expect((await stockOf(db, rice)).stock).toBe(10)
  })

  test('can not be refunded or voided itself', async () => {
    const { db, rice, sold } = await openShop()
    const back = refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }])
    await uploadOne(db, { refunds: [back] })
    expect(await uploadOne(db, { voids: [voidOf(back.offline_id)] })).toMatchObject({ error_kind: 'invalid' })
    expect(await refund(db, back.offline_id, rice, 1, 1)).toMatchObject({ error_kind: 'invalid' })
  })
})

describe('shifts', () => {
  test('a whole day in one request is booked in order, whatever order the arrays have', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 10 })
    const sold = sale([{ product_id: rice, quantity: 2 }], { shift_offline_id: SHIFT })
    const outcome = await upload(db, {
      shifts: [closing(), opening()],
      cash_movements: [cashMovement({ approved_by: 3 })],
      refunds: [refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }])],
      payments: [payment(sold.offline_id, 30_000)],
      transactions: [sold],
    })
    expect(outcome.results.map(({ type, success, error }) => [type, success, error])).toEqual(
      ['transaction', 'payment', 'refund', 'shift', 'shift', 'cash_movement'].map((type) => [type, true, null]),
    )
    expect(await one(db, 'SELECT * FROM shifts')).toMatchObject({
      shift_offline_id: SHIFT,
      opening_cash: 200_000,
      counted_cash: 260_000,
      expected_cash: 250_000,
      unsent_count: 1,
      staff_name: 'Sari',
      device_id: 'DEV-A',
      totals: [{ payment_method: 'CASH', count: 1, sales: 50_000, refunds: 0 }],
    })
    expect(await one(db, 'SELECT direction, amount, reason FROM cash_movements')).toEqual({
      direction: 'out',
      amount: 25_000,
      reason: 'es batu',
    })
    expect(await db.query('SELECT what, approved_by FROM approvals ORDER BY what')).toEqual([
      { what: 'cash_movement', approved_by: 3 },
      { what: 'refund', approved_by: 2 },
    ])
  })

  test('an unknown shift can not be closed, a closed one not twice; what was sold in it may still come', async () => {
    const { db } = await openTestDatabase()
    expect(await uploadOne(db, { shifts: [closing()] })).toMatchObject({ error_kind: 'unknown_shift' })
    expect(await uploadOne(db, { cash_movements: [cashMovement()] })).toMatchObject({ error_kind: 'unknown_shift' })
    expect(await uploadOne(db, { shifts: [opening({ offline_id: randomUUID() })] })).toMatchObject({
      error_kind: 'invalid',
    })
    const closed = closing()
    expect(await upload(db, { shifts: [opening(), closed] })).toMatchObject({ success: true })
    expect((await uploadOne(db, { shifts: [closed] })).success).toBe(true)
    expect(await uploadOne(db, { shifts: [closing()] })).toMatchObject({ error_kind: 'shift_closed' })
    expect((await uploadOne(db, { cash_movements: [cashMovement()] })).success).toBe(true)
    expect(
      (await uploadOne(db, { transactions: [sale([{ product_id: 1, quantity: 1 }], { shift_offline_id: SHIFT })] }))
        .success,
    ).toBe(true)
    const far = { deviceId: 'DEV-FAR', branchId: 2, branchCode: OTHER_BRANCH }
    expect(await uploadOne(db, { cash_movements: [cashMovement()] }, far)).toMatchObject({ error_kind: 'wrong_branch' })
  })

  test('[Q5] a hiccup of the database postpones the operation and what depends on it, and nothing else', async () => {
    const { db } = await openTestDatabase()
    await addDevice(db, 'DEV-A')
    const [bad, good] = [sale([{ product_id: 1, quantity: 1 }]), sale([{ product_id: 1, quantity: 1 }])]
    const body = {
      transactions: [bad, good],
      payments: [payment(bad.offline_id, 15_000)],
      refunds: [refundOf(bad.offline_id, [{ product_id: 1, quantity: 1, amount: 1 }])],
      voids: [voidOf(good.offline_id)],
    }
    let transactions = 0
    const flaky: Database = {
      ...db,
      query: (sql, params) => db.query(sql, params),
      transaction: (work) => {
        transactions += 1
        if (transactions === 1) return Promise.reject(Object.assign(new Error('terminating'), { code: '57P01' }))
        return db.transaction(work)
      },
    }
    const outcome = await upload(flaky, body)
    expect(outcome.results.map(({ type, error_kind }) => [type, error_kind])).toEqual([
      ['transaction', 'unavailable'],
      ['transaction', null],
      ['payment', 'unavailable'],
      ['void', null],
      ['refund', 'unavailable'],
    ])
    expect(await upload(db, body)).toMatchObject({ success: true })
  })
})

describe('past sales', () => {
  test('are found by device, day, text, id and page, with their void', async () => {
    const { db } = await openTestDatabase()
    await db.query(`INSERT INTO staff (id, branch_id, name, role, pin_hash) VALUES (9, 1, 'Sari', 'cashier', 'x')`)
    const first = sale([{ product_id: 1, quantity: 1, product_name: 'Kopi Susu', unit: 'gelas' }], {
      staff_id: 9,
      offline_reference: 'DEV-A-7',
    })
    const second = sale([{ product_id: 2, quantity: 1, product_name: 'Teh' }], { device_id: 'DEV-B' })
    const foreign = sale([{ product_id: 2, quantity: 1 }], { branch_code: OTHER_BRANCH })
    await upload(db, {
      transactions: [first, second],
      payments: [payment(second.offline_id, 15_000, { reference: 'QR-77' })],
    })
    await upload(db, { transactions: [foreign] }, { branchId: 2, branchCode: OTHER_BRANCH })
    await upload(db, { voids: [voidOf(second.offline_id, { staff_id: 9 })] })
    const found = async (query: object) =>
      (await listTransactions(db, { branchId: 1, limit: 10, ...query })).map(({ offline_id }) => offline_id)
    const [a, b] = [first.offline_id, second.offline_id]
    expect(await found({})).toEqual([b, a])
    expect(await found({ limit: 1 })).toEqual([b])
    const { id } = await one<{ id: number }>(db, 'SELECT id FROM transactions WHERE offline_id = $1', [b])
    expect(await found({ before_id: id })).toEqual([a])
    expect(await found({ device_id: 'DEV-B' })).toEqual([b])
    expect(await found({ offline_id: a })).toEqual([a])
    expect(await found({ offline_id: foreign.offline_id })).toEqual([])
    for (const text of ['kopi', 'dev-a-7', 'KOPI susu', a.slice(0, 8)]) expect(await found({ text })).toEqual([a])
    for (const text of ['qr-77', 'TEH', '-002']) expect(await found({ text })).toEqual([b])
    expect(await found({ text: '%' })).toEqual([])
    const shopDay = await one<{ day: string }>(db, 'SELECT shop_day(now())::text AS day')
    expect(await found({ day: shopDay.day })).toEqual([b, a])
    expect(await found({ day: '2020-01-01' })).toEqual([])
    expect(await listTransactions(db, { branchId: 1, limit: 10 })).toMatchObject([
      { status: 'void', voided: { reason: 'salah input', staff_id: 9 }, payments: [{ reference: 'QR-77' }] },
      {
        staff_name: 'Sari',
        op: 'sale',
        voided: null,
        refunds: [],
        items: [{ product_name: 'Kopi Susu', unit: 'gelas' }],
      },
    ])
  })
})

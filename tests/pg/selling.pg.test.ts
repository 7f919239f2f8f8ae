import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { shopDay } from '../../src/domain/shop-day.ts'
import {
  AT,
  addDevice,
  BRANCH,
  OTHER_BRANCH,
  payment,
  refundOf,
  sale,
  stockOf,
  upload,
  uploadOne,
  voidOf,
} from './selling-support.ts'
import { addProduct, one, openTestDatabase, readLog } from './support.ts'

const count = async (db: Database, table: string) =>
  (await one<{ count: number }>(db, `SELECT count(*) AS count FROM ${table}`)).count

describe('a sale', () => {
  test('[S10] lowers stock and places once, and says so with the versions that its events carry', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 10 })
    const egg = await addProduct(db, { name: 'Telur', stock: 2.5 })
    await addProduct(db, { name: 'Gula', stock: 7 })
    const before = (await readLog(db, 1)).length
    const sold = sale(
      [
        { product_id: egg, quantity: 0.3 },
        { product_id: rice, quantity: 1 },
        { product_id: egg, quantity: 0.1 },
      ],
      { staff_id: 5 },
    )
    const result = await uploadOne(db, { transactions: [sold] })
    expect(result).toMatchObject({ success: true, type: 'transaction', offline_id: sold.offline_id, error: null })
    expect(await stockOf(db, egg)).toEqual({ stock: 2.1, places: [2.1] })
    expect(await stockOf(db, rice)).toEqual({ stock: 9, places: [9] })

    const log = (await readLog(db, 1)).slice(before)
    const { epoch } = await one<{ epoch: string }>(db, 'SELECT epoch FROM log_state')
    expect([result.seq, result.epoch]).toEqual([log.at(-1)?.seq, epoch])
    const stocks = log.filter(({ event_type }) => event_type === 'stock_updated')
    const places = log.filter(({ event_type }) => event_type === 'quantity_updated')
    expect(stocks.map(({ record_id }) => record_id)).toEqual([rice, egg])
    expect(places).toHaveLength(2)
    for (const { data } of [...stocks, ...places]) {
      expect(data).toMatchObject({
        offline_id: sold.offline_id,
        op: 'sale',
        reason: 'transaction',
        transaction_id: result.server_id,
        updated_by: 'user_5',
      })
    }
    const carried = Object.fromEntries([
      ...stocks.map(({ record_id, data }) => [`stock:${record_id}`, data.version]),
      ...places.map(({ record_id, data }) => [`inventory:${record_id}`, data.version]),
    ])
    expect(result.versions).toEqual(carried)
    expect(log.filter(({ kind }) => kind === 'transaction').map(({ event_type, data }) => [event_type, data])).toEqual([
      [
        'transaction_created',
        expect.objectContaining({
          offline_id: sold.offline_id,
          op: 'sale',
          status: 'paid',
          versions: carried,
          created_by: 'user_5',
          items: [
            { product_id: egg, quantity: 0.3, price: 15_000 },
            { product_id: rice, quantity: 1, price: 15_000 },
            { product_id: egg, quantity: 0.1, price: 15_000 },
          ],
        }),
      ],
    ])
  })

  test('[Q2] 50 parallel identical posts make one sale, and all get the same answer', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 10 })
    const sold = sale([{ product_id: rice, quantity: 2 }])
    const paid = payment(sold.offline_id, 30_000)
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => upload(db, { transactions: [sold], payments: [paid] })),
    )
    const [first] = outcomes
    for (const { results } of outcomes) expect(results).toEqual(first?.results)
    expect(first?.results.map(({ success }) => success)).toEqual([true, true])
    expect([await count(db, 'transactions'), await count(db, 'transaction_payments')]).toEqual([1, 1])
    expect(await stockOf(db, rice)).toEqual({ stock: 8, places: [8] })
  })

  test('[Q2] a retry is the same content in whatever order and form; versions stay those of the sale', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 10 })
    const sold = sale([{ product_id: rice, quantity: 2 }], { sync_status: 'pending', note: null })
    const first = await uploadOne(db, { transactions: [sold] })
    await db.query('UPDATE products SET stock = 100 WHERE id = $1', [rice])
    const { note: _, ...rest } = sold
    const reversed = Object.fromEntries(Object.entries({ ...rest, sync_status: 'retry', synced_at: AT }).toReversed())
    expect(await uploadOne(db, { transactions: [reversed] })).toEqual(first)
    expect(
      await uploadOne(db, { transactions: [{ ...sold, offline_id: sold.offline_id.toUpperCase() }] }),
    ).toMatchObject({ success: false, error_kind: 'data_mismatch' })
    expect(await stockOf(db, rice)).toEqual({ stock: 100, places: [100] })
  })

  test('[S9] is accepted below zero, and recorded with device, time and the stock that was shown', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 3 })
    const sold = sale([{ product_id: rice, quantity: 5, stock_shown: 4 }], { staff_id: 7 })
    const now = new Date().toISOString()
    const result = await uploadOne(db, { transactions: [{ ...sold, created_at_device: now }] })
    expect(result.success).toBe(true)
    expect(await stockOf(db, rice)).toEqual({ stock: -2, places: [-2] })
    expect(await db.query('SELECT * FROM oversold_lines')).toMatchObject([
      {
        transaction_id: result.server_id,
        product_id: rice,
        product_name: 'Beras 5 kg',
        quantity: 5,
        missing: 2,
        stock_before: 3,
        stock_after: -2,
        stock_shown: 4,
        device_id: 'DEV-A',
        staff_id: 7,
        occurred_at: now,
      },
    ])
    await uploadOne(db, { transactions: [sale([{ product_id: rice, quantity: 1 }])] })
    expect(await db.query('SELECT missing FROM oversold_lines ORDER BY id')).toEqual([{ missing: 2 }, { missing: 1 }])
  })

  test('goods leave places by id, what is missing leaves the first; a product without a place gets one', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 5 })
    await db.query(`INSERT INTO inventory (product_id, place, quantity) VALUES ($1, 'Gudang', 4), ($1, 'Kulkas', -1)`, [
      rice,
    ])
    await uploadOne(db, { transactions: [sale([{ product_id: rice, quantity: 7 }])] })
    expect(await stockOf(db, rice)).toEqual({ stock: 1, places: [0, 2, -1] })
    const last = sale([{ product_id: rice, quantity: 3 }])
    await uploadOne(db, { transactions: [last] })
    expect(await stockOf(db, rice)).toEqual({ stock: -2, places: [-1, 0, -1] })
    await uploadOne(db, { voids: [voidOf(last.offline_id)] })
    expect(await stockOf(db, rice)).toEqual({ stock: 1, places: [2, 0, -1] })

    const bare = await addProduct(db)
    const { versions } = await uploadOne(db, { transactions: [sale([{ product_id: bare, quantity: 1 }])] })
    expect(await stockOf(db, bare)).toEqual({ stock: -1, places: [-1] })
    const { id } = await one<{ id: number }>(db, 'SELECT id FROM inventory WHERE product_id = $1', [bare])
    expect(versions).toEqual({ [`stock:${bare}`]: 2, [`inventory:${id}`]: 1 })
  })

  test('[S10] of products that are gone is accepted; tombstones stand in its versions', async () => {
    const { db } = await openTestDatabase()
    const gone = await addProduct(db, { stock: 3 })
    const kept = await addProduct(db, { stock: 3 })
    const elsewhere = await addProduct(db, { branchId: 2, stock: 3 })
    await db.query('DELETE FROM products WHERE id = $1', [gone])
    const lines = [gone, kept, elsewhere, 999_999].map((product_id) => ({ product_id, quantity: 1, product_name: 'X' }))
    const sold = sale(lines)
    const result = await uploadOne(db, { transactions: [sold] })
    const { id } = await one<{ id: number }>(db, 'SELECT id FROM inventory WHERE product_id = $1', [kept])
    expect(result).toMatchObject({ success: true })
    expect(result.versions).toEqual({
      [`stock:${gone}`]: 2,
      [`stock:${kept}`]: 2,
      [`inventory:${id}`]: 2,
      [`stock:${elsewhere}`]: 0,
      'stock:999999': 0,
    })
    expect((await stockOf(db, elsewhere)).stock).toBe(3)
    expect((await uploadOne(db, { voids: [voidOf(sold.offline_id)] })).success).toBe(true)
    expect((await stockOf(db, elsewhere)).stock).toBe(3)
  })

  test('keeps its prices; a difference from the server’s is recorded', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 3 })
    const result = await uploadOne(db, {
      transactions: [
        sale([
          { product_id: rice, quantity: 1, price: 14_000, master_price: 14_000 },
          { product_id: rice, quantity: 1, price: 15_000 },
        ]),
      ],
    })
    expect(result.success).toBe(true)
    expect(await db.query('SELECT * FROM price_differences')).toMatchObject([
      {
        transaction_id: result.server_id,
        product_id: rice,
        sold_price: 14_000,
        server_price: 15_000,
        counter_price: 14_000,
      },
    ])
  })

  test('of 200 lines is booked, and names with markup are stored as they are', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 1000 })
    const name = `<img src=x onerror="alert(1)"> 'kopi'; DROP TABLE transactions; -- ☕`
    const lines = Array.from({ length: 200 }, () => ({ product_id: rice, quantity: 1, product_name: name, note: name }))
    expect((await uploadOne(db, { transactions: [sale(lines, { note: name })] })).success).toBe(true)
    expect(await db.query('SELECT DISTINCT product_name, note FROM transaction_items')).toEqual([
      { product_name: name, note: name },
    ])
    expect((await stockOf(db, rice)).stock).toBe(800)
  })

  test('codes count in each branch and on each day of the shop, also in parallel', async () => {
    const { db } = await openTestDatabase()
    const sales = Array.from({ length: 20 }, () => sale([{ product_id: 1, quantity: 1 }]))
    const now = Date.now()
    const at = (hoursAgo: number) => new Date(now - hoursAgo * 3_600_000).toISOString()
    const codes = (
      await Promise.all(sales.map((each) => uploadOne(db, { transactions: [{ ...each, created_at_device: at(1) }] })))
    ).map(({ transaction_code }) => transaction_code)
    expect(new Set(codes).size).toBe(20)
    const prefix = `TRX-${shopDay(now - 3_600_000).replaceAll('-', '')}`
    expect(codes.toSorted()).toEqual(
      Array.from({ length: 20 }, (_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`),
    )
    const other = sale([{ product_id: 1, quantity: 1 }], { branch_code: OTHER_BRANCH, created_at_device: at(1) })
    const elsewhere = await uploadOne(db, { transactions: [other] }, { branchId: 2, branchCode: OTHER_BRANCH })
    expect(elsewhere.transaction_code).toBe(`${prefix}-001`)
    const yesterday = await uploadOne(db, {
      transactions: [sale([{ product_id: 1, quantity: 1 }], { created_at_device: at(25) })],
    })
    expect(yesterday.transaction_code).toBe(`TRX-${shopDay(now - 25 * 3_600_000).replaceAll('-', '')}-001`)
    for (const created_at_device of ['1971-01-01T00:00:00Z', '2099-12-31T23:59:59+07:00']) {
      const { success } = await uploadOne(db, {
        transactions: [sale([{ product_id: 1, quantity: 1 }], { created_at_device })],
      })
      expect(success).toBe(true)
    }
    const days = await db.query<{ day: string }>(
      `SELECT DISTINCT shop_day(occurred_at)::text AS day FROM transactions WHERE branch_id = 1 ORDER BY 1`,
    )
    expect(days.map((row) => row.day)).toEqual([
      shopDay(now - 25 * 3_600_000),
      ...new Set([shopDay(now - 3_600_000), shopDay(now)]),
    ])
  })
})

describe('a body of nothing but the specification’s fields', () => {
  const specified = (productId: number) => ({
    offline_id: '56752b9f-3cb4-4b29-8512-ce3e0112c527',
    offline_reference: 'DEV-DBBA60CF-20251014-1',
    device_id: 'DEV-DBBA60CF',
    created_at_device: '2025-10-14T21:30:00Z',
    branch_code: BRANCH,
    payment_method: 'CASH',
    id_user_apps: 5,
    type_transaction: 1,
    subtotal: 15_000,
    discount_total: 0,
    tax_total: 1_800,
    grand_total: 16_800.0,
    status: 'paid',
    payment_status: 'paid',
    sync_status: 'pending',
    items: [{ product_id: productId, quantity: 1, price: 15_000 }],
  })

  test('is booked, with one payment of the whole by its method', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 100 })
    const outcome = await upload(
      db,
      { transactions: [specified(rice)], payments: [], voids: [] },
      { deviceId: 'DEV-DBBA60CF' },
    )
    expect(outcome).toMatchObject({ success: true, total_items: 1, success_count: 1, failed_count: 0, conflicts: [] })
    expect(outcome.results).toMatchObject([{ type: 'transaction', success: true, conflict_detected: false }])
    expect(await db.query('SELECT payment_method, amount, implied FROM transaction_payments')).toEqual([
      { payment_method: 'CASH', amount: 16_800, implied: true },
    ])
    expect((await stockOf(db, rice)).stock).toBe(99)
  })

  test('may discount the whole without saying where, and may leave the items out', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 100 })
    const cheaper = { ...specified(rice), discount_total: 1_800, grand_total: 15_000 }
    expect((await uploadOne(db, { transactions: [cheaper] })).success).toBe(true)
    const { items: _, ...bare } = specified(rice)
    expect((await uploadOne(db, { transactions: [{ ...bare, offline_id: randomUUID() }] })).success).toBe(true)
    expect((await stockOf(db, rice)).stock).toBe(99)
  })

  test('payments that come in a later request take the place of the implied one', async () => {
    const { db } = await openTestDatabase()
    const sold = specified(1)
    await uploadOne(db, { transactions: [sold] })
    const parts = [payment(sold.offline_id, 10_000), payment(sold.offline_id, 6_800, { payment_method: 'GOPAY' })]
    const [first, second] = parts
    expect((await uploadOne(db, { payments: [first] })).success).toBe(true)
    expect((await uploadOne(db, { payments: [first] })).success).toBe(true)
    expect((await uploadOne(db, { payments: [second] })).success).toBe(true)
    expect(await db.query('SELECT payment_method, amount FROM transaction_payments ORDER BY id')).toEqual([
      { payment_method: 'QRIS', amount: 10_000 },
      { payment_method: 'GOPAY', amount: 6_800 },
    ])
    expect(await uploadOne(db, { payments: [payment(sold.offline_id, 1)] })).toMatchObject({
      error_kind: 'amount_exceeded',
    })
  })

  test('a draft is paid when its payments come to the whole', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 100 })
    const draft = { ...specified(rice), status: 'draft', payment_status: 'pending_payment' }
    await uploadOne(db, { transactions: [draft] })
    const status = () => one(db, 'SELECT status, payment_status FROM transactions')
    await uploadOne(db, { payments: [payment(draft.offline_id, 16_000)] })
    expect(await status()).toEqual({ status: 'draft', payment_status: 'pending_payment' })
    await uploadOne(db, { payments: [payment(draft.offline_id, 800)] })
    expect(await status()).toEqual({ status: 'paid', payment_status: 'paid' })
    expect((await stockOf(db, rice)).stock).toBe(99)
  })
})

describe('refusals', () => {
  test('[Q5] one bad item among ten refuses itself only', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: 100 })
    const sales = Array.from({ length: 9 }, () => sale([{ product_id: rice, quantity: 1 }]))
    const bad = sale([{ product_id: rice, quantity: 0 }])
    const outcome = await upload(db, { transactions: [...sales.slice(0, 4), bad, 'junk', ...sales.slice(4)] })
    expect(outcome).toMatchObject({ success: false, total_items: 11, success_count: 9, failed_count: 2 })
    expect(outcome.results.map(({ error_kind }) => error_kind)).toEqual(
      outcome.results.map((_, place) => (place === 4 || place === 5 ? 'invalid' : null)),
    )
    expect(outcome.results[5]).toMatchObject({ offline_id: null, type: 'transaction' })
    expect((await stockOf(db, rice)).stock).toBe(91)
    const mended = { ...sale([{ product_id: rice, quantity: 1 }]), offline_id: bad.offline_id }
    expect((await uploadOne(db, { transactions: [mended] })).success).toBe(true)
  })

  test.each<[string, number[], Record<string, unknown>, string]>([
    ['zero quantity', [0, 15_000], {}, 'invalid'],
    ['negative quantity', [-1, 15_000], {}, 'invalid'],
    ['four decimals', [0.0001, 15_000], {}, 'invalid'],
    ['huge quantity', [1e12, 1], {}, 'invalid'],
    [
      'a quantity that makes more money than there is',
      [999_999_999, 1_000_000],
      { subtotal: 1, grand_total: 1 },
      'invalid',
    ],
    ['a negative price', [1, -5], {}, 'invalid'],
    ['a time that no calendar has', [1, 15_000], { created_at_device: '2026-02-31T25:00:00Z' }, 'invalid'],
    ['a character that no text can hold', [1, 15_000], { note: 'a\u0000b' }, 'invalid'],
  ])('%s', async (_name, [quantity = 0, price = 0], fields, kind) => {
    const { db } = await openTestDatabase()
    await addProduct(db, { stock: 5 })
    const sold = sale([{ product_id: 1, quantity, price }], fields)
    expect(await uploadOne(db, { transactions: [sold] })).toMatchObject({ success: false, error_kind: kind })
    expect([await count(db, 'transactions'), await count(db, 'operations')]).toEqual([0, 0])
    expect((await stockOf(db, 1)).stock).toBe(5)
  })

  test('stock that no number can hold refuses the sale, not the server', async () => {
    const { db } = await openTestDatabase()
    const rice = await addProduct(db, { stock: -900_000_000 })
    const sold = sale([{ product_id: rice, quantity: 900_000_000, price: 0 }])
    expect(await uploadOne(db, { transactions: [sold] })).toMatchObject({ error_kind: 'invalid' })
  })

  test('tax on top, tax held in the price and cash rounding are the counter’s own arithmetic', async () => {
    const { db } = await openTestDatabase()
    const line = [{ product_id: 1, quantity: 1.234, price: 9_999, discount: 39 }]
    const net = 12_300
    for (const fields of [
      { tax: { rate_bp: 1100, included: false }, tax_total: 1_353, grand_total: net + 1_353 },
      { tax: { rate_bp: 1100, included: true }, tax_total: 1_219, grand_total: net },
      { rounding_total: -300, grand_total: 12_000 },
      { cart_discount: 300, discount_total: 339, grand_total: 12_000 },
    ]) {
      expect(await uploadOne(db, { transactions: [sale(line, fields)] })).toMatchObject({ success: true, error: null })
    }
  })

  test('payments stand or fall with their sale', async () => {
    const { db } = await openTestDatabase()
    const sold = sale([{ product_id: 1, quantity: 1 }])
    const kinds = async (payments: unknown[]) =>
      (await upload(db, { transactions: [sold], payments })).results.map(({ error_kind }) => error_kind)
    const part = payment(sold.offline_id, 14_999)
    expect(await kinds([part, { ...payment(sold.offline_id, 1), amount: 'one' }])).toEqual([
      'invalid',
      'invalid',
      'invalid',
    ])
    expect(await count(db, 'transactions')).toBe(0)
    expect(await kinds([part, payment(sold.offline_id, 1)])).toEqual([null, null, null])
    expect(await uploadOne(db, { payments: [payment(randomUUID(), 1)] })).toMatchObject({
      error_kind: 'unknown_transaction',
    })
  })

  test('[Q7] another device of the branch may upload it; another branch or its devices may not', async () => {
    const { db } = await openTestDatabase()
    await addDevice(db, 'DEV-A')
    await addDevice(db, 'DEV-FAR', 2)
    const sold = sale([{ product_id: 1, quantity: 1 }])
    const far = { deviceId: 'DEV-FAR', branchId: 2, branchCode: OTHER_BRANCH }
    expect(await uploadOne(db, { transactions: [sold] }, far)).toMatchObject({ error_kind: 'wrong_branch' })
    expect(await uploadOne(db, { transactions: [{ ...sold, device_id: 'DEV-FAR' }] })).toMatchObject({
      error_kind: 'wrong_device',
    })
    expect((await uploadOne(db, { transactions: [sold] }, { deviceId: 'DEV-B' })).success).toBe(true)
    expect((await uploadOne(db, { transactions: [sold] })).success).toBe(true)
    const claimed = { ...sold, branch_code: OTHER_BRANCH, device_id: 'DEV-FAR' }
    expect(await uploadOne(db, { transactions: [claimed] }, far)).toMatchObject({ error_kind: 'wrong_branch' })
    for (const body of [
      { voids: [voidOf(sold.offline_id)] },
      { refunds: [refundOf(sold.offline_id, [{ product_id: 1, quantity: 1, amount: 1 }])] },
    ]) {
      expect(await uploadOne(db, body, far)).toMatchObject({ error_kind: 'wrong_branch' })
    }
    expect(await db.query('SELECT device_id FROM transactions')).toEqual([{ device_id: 'DEV-A' }])
  })
})

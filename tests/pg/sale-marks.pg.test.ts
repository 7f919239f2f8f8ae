import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { listMarks, listSales, readTakings } from '../../server/sql/reports.ts'
import { writeSettings } from '../../server/sql/settings.ts'
import { shopDay } from '../../src/domain/shop-day.ts'
import {
  AT,
  addDevice,
  cashMovement,
  closing,
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
import { addProduct, one, openTestDatabase } from './support.ts'

const DAY_MS = 86_400_000
const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()

interface Mark {
  kind: string
  claimed: number | null
  computed: number | null
}

/** Marks of one operation by kind, with their sums. */
async function marksOf(db: Database, { offline_id }: { offline_id: string }): Promise<[string, ...unknown[]][]> {
  const rows = await db.query<Mark>(
    'SELECT kind, claimed, computed FROM sale_marks WHERE offline_id = $1 ORDER BY kind',
    [offline_id],
  )
  return rows.map(({ kind, claimed, computed }) => (claimed === null ? [kind] : [kind, claimed, computed]))
}

/** A shop with rice, a supervisor (2), a cashier (3), one who left (4) and, elsewhere, an owner (5). */
async function openShop() {
  const { db } = await openTestDatabase()
  const rice = await addProduct(db, { stock: 1000 })
  await db.query(
    `INSERT INTO staff (id, branch_id, name, role, pin_hash, active) VALUES
       (2, 1, 'Dewi', 'supervisor', 'x', true), (3, 1, 'Sari', 'cashier', 'x', true),
       (4, 1, 'Budi', 'supervisor', 'x', false), (5, 2, 'Hartono', 'owner', 'x', true)`,
  )
  return { db, rice }
}

/** The device was paired so many days ago and spoke then; also at each of the other times. */
async function pairedSince(db: Database, id: string, days: number, ...contacts: number[]): Promise<void> {
  await addDevice(db, id)
  await db.query('UPDATE devices SET created_at = $2 WHERE id = $1', [id, ago(days)])
  for (const at of [days, ...contacts]) {
    await db.query('UPDATE devices SET last_seen_at = $2 WHERE id = $1', [id, ago(at)])
  }
}

const settle = (db: Database, values: Record<string, unknown>) =>
  writeSettings(db, 1, { values, updatedAt: new Date().toISOString() })

describe('sums that do not add up', () => {
  test('are booked as they were told and marked with what the server computes', async () => {
    const { db, rice } = await openShop()
    const line = { product_id: rice, quantity: 1 }
    const bare = { subtotal: 15_000, cart_discount: 0 }
    const cases: [ReturnType<typeof sale>, ...unknown[][]][] = [
      [sale([line])],
      [sale([line], { tax_total: 9_000_000_000, grand_total: 9_000_015_000 }), ['sum', 9_000_015_000, 15_000]],
      [sale([line], { tax_total: 1_800, grand_total: 16_800 }), ['tax', 1_800, 0]],
      [sale([], { ...bare, grand_total: 15_000 }), ['no_items', 15_000, null]],
      [sale([{ ...line, price: 1_000_000_000_000 }]), ['price', 1_000_000_000_000, 15_000]],
      [sale([line], { rounding_total: -900, grand_total: 14_100 }), ['rounding', -900, 0]],
      [sale([line], { grand_total: 14_999 }), ['sum', 14_999, 15_000]],
    ]
    for (const [sold, ...marks] of cases) {
      const result = await uploadOne(db, { transactions: [sold] })
      expect(result).toMatchObject({ success: true, error: null })
      expect(await marksOf(db, sold)).toEqual(marks)
      expect(
        await one(db, 'SELECT grand_total, tax_total, rounding_total FROM transactions WHERE id = $1', [
          result.server_id,
        ]),
      ).toEqual({
        grand_total: sold.grand_total,
        tax_total: sold.tax_total,
        rounding_total: sold.rounding_total ?? 0,
      })
    }
    expect((await stockOf(db, rice)).stock).toBe(1000 - 6)
    const { items: _, ...unsaid } = sale([], { ...bare, grand_total: 15_000 })
    expect((await uploadOne(db, { transactions: [unsaid] })).success).toBe(true)
    expect(await marksOf(db, unsaid)).toEqual([['no_items', 15_000, null]])
  })

  test('more discount than there is to discount is booked; no sum falls below nothing', async () => {
    const { db, rice } = await openShop()
    const line = sale([{ product_id: rice, quantity: 1, discount: 20_000 }], { grand_total: 0 })
    const cart = sale([{ product_id: rice, quantity: 1 }], {
      cart_discount: 15_001,
      discount_total: 15_001,
      grand_total: 0,
    })
    for (const sold of [line, cart]) {
      expect((await uploadOne(db, { transactions: [sold] })).success).toBe(true)
      expect(await marksOf(db, sold)).toEqual([
        ['approval_missing', 15_000, 1_500],
        ['sum', 0, 0],
      ])
    }
  })

  test('a price of what the server has no price for is marked: unknown, another’s, gone, free goods', async () => {
    const { db, rice } = await openShop()
    const [gone, free] = [await addProduct(db, { stock: 1 }), await addProduct(db, { stock: 9 })]
    const elsewhere = await addProduct(db, { branchId: 2, stock: 1 })
    await db.query('DELETE FROM products WHERE id = $1', [gone])
    await db.query('UPDATE products SET price = 0 WHERE id = $1', [free])
    const price = 1_000_000_000
    for (const product_id of [99_999_999, elsewhere, gone]) {
      const sold = sale([
        { product_id, quantity: 1, price },
        { product_id: rice, quantity: 1 },
      ])
      expect((await uploadOne(db, { transactions: [sold] })).success).toBe(true)
      const rows = await db.query('SELECT kind, claimed, computed FROM sale_marks WHERE offline_id = $1', [
        sold.offline_id,
      ])
      expect(rows).toEqual([{ kind: 'product_unknown', claimed: price, computed: null }])
    }
    const dear = sale([{ product_id: free, quantity: 1, price }])
    const given = sale([{ product_id: free, quantity: 1, price: 0 }])
    await upload(db, { transactions: [dear, given] })
    expect(await marksOf(db, dear)).toEqual([['price', price, 0]])
    expect(await marksOf(db, given)).toEqual([])
  })

  test('goods that leave without their money are marked and listed: no cash sale hides as a draft', async () => {
    const { db, rice } = await openShop()
    const line = { product_id: rice, quantity: 5 }
    const draft = { status: 'draft', payment_status: 'pending_payment' }
    const open = sale([line], draft)
    const claimedPaid = sale([line], { ...draft, payment_status: 'paid' })
    const pending = sale([line], { payment_status: 'pending_payment' })
    for (const sold of [open, claimedPaid, pending]) {
      expect((await uploadOne(db, { transactions: [sold] })).success).toBe(true)
      expect(await marksOf(db, sold)).toEqual([['unpaid', 75_000, 0]])
    }
    expect((await stockOf(db, rice)).stock).toBe(985)
    const day = shopDay(Date.parse(AT))
    const scope = { branchId: 1, from: day, to: day, limit: null }
    expect((await listSales(db, scope)).map(({ status }) => status)).toEqual(['paid', 'draft', 'draft'])
    expect((await listMarks(db, scope)).map(({ kind }) => kind)).toEqual(['unpaid', 'unpaid', 'unpaid'])
    const settled = sale([line], draft)
    await upload(db, { transactions: [settled], payments: [payment(settled.offline_id, 75_000)] })
    expect(await marksOf(db, settled)).toEqual([])
    const never = sale([line], { status: 'void', payment_status: 'void' })
    await uploadOne(db, { transactions: [never] })
    expect(await marksOf(db, never)).toEqual([])
    expect((await stockOf(db, rice)).stock).toBe(980)
  })

  test('payments that make another sum are all booked', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 1 }])
    const parts = [payment(sold.offline_id, 10_000), payment(sold.offline_id, 6_000)]
    expect(await upload(db, { transactions: [sold], payments: parts })).toMatchObject({ success: true })
    expect(await marksOf(db, sold)).toEqual([['payments', 16_000, 15_000]])
    expect(await one(db, 'SELECT sum(amount) AS paid FROM transaction_payments')).toEqual({ paid: 16_000 })
    const short = sale([{ product_id: rice, quantity: 1 }])
    await upload(db, { transactions: [short], payments: [payment(short.offline_id, 1)] })
    expect(await marksOf(db, short)).toEqual([['payments', 1, 15_000]])
  })

  test('a retry is answered as before and marked once', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 1 }], { grand_total: 1 })
    const first = await uploadOne(db, { transactions: [sold] })
    expect(await uploadOne(db, { transactions: [sold] })).toEqual(first)
    expect(await marksOf(db, sold)).toEqual([['sum', 1, 15_000]])
  })

  test('a refund of a thousandth for the full price is booked and marked with its share', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 100 }])
    await uploadOne(db, { transactions: [sold] })
    const back = refundOf(sold.offline_id, [{ product_id: rice, quantity: 0.001, amount: 1_500_000 }])
    expect((await uploadOne(db, { refunds: [back] })).success).toBe(true)
    expect(await marksOf(db, back)).toEqual([['approval_unproven'], ['refund_share', 1_500_000, 15]])
    const fair = refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 1 }])
    expect(await uploadOne(db, { refunds: [fair] })).toMatchObject({ error_kind: 'amount_exceeded' })
  })

  test('takings tell the marked part apart, and the list names every mark with its sums', async () => {
    const { db, rice } = await openShop()
    const good = sale([{ product_id: rice, quantity: 2 }])
    const bad = sale([{ product_id: rice, quantity: 1, price: 1_000_000_000_000 }])
    await upload(db, { transactions: [good, bad] })
    const back = refundOf(good.offline_id, [{ product_id: rice, quantity: 0.001, amount: 30_000 }])
    await upload(db, { refunds: [back] })
    const day = shopDay(Date.parse(AT))
    const scope = { branchId: 1, from: day, to: day, limit: null }
    expect((await readTakings(db, scope)).totals).toMatchObject({
      count: 2,
      sales: 1_000_000_030_000,
      marked_count: 2,
      marked_sales: 1_000_000_000_000,
      marked_refunds: 30_000,
    })
    expect(await listMarks(db, scope)).toMatchObject([
      { kind: 'refund_share', operation_type: 'refund', claimed: 30_000, computed: 15 },
      { kind: 'approval_unproven', operation_type: 'refund' },
      { kind: 'price', operation_type: 'transaction', claimed: 1_000_000_000_000, computed: 15_000 },
    ])
    expect(await listMarks(db, { ...scope, branchId: 2 })).toEqual([])
  })
})

describe('the settings that held', () => {
  const taxed = (rice: number, at: string) =>
    sale([{ product_id: rice, quantity: 1 }], {
      created_at_device: at,
      tax: { rate_bp: 1000, included: false },
      tax_total: 1_500,
      grand_total: 16_500,
    })

  test('a device that was away since may still sell by the old ones; one that was here may not', async () => {
    const { db, rice } = await openShop()
    await settle(db, { tax_rate_bp: 1000, tax_included: false, receipt_logo: 'x'.repeat(1000) })
    await settle(db, { tax_rate_bp: 0 })
    await db.query(
      `UPDATE settings_history SET valid_from = now() - interval '5 days' WHERE "values" ->> 'tax_rate_bp' = '1000'`,
    )
    await db.query(
      `UPDATE settings_history SET valid_from = now() - interval '2 days' WHERE "values" ->> 'tax_rate_bp' = '0'`,
    )
    await pairedSince(db, 'DEV-A', 30, 3)
    const away = taxed(rice, ago(1.5))
    await uploadOne(db, { transactions: [away] })
    expect(await marksOf(db, away)).toEqual([])
    await db.query(`UPDATE devices SET last_seen_at = now() - interval '26 hours' WHERE id = 'DEV-A'`)
    const here = taxed(rice, ago(0.5))
    await uploadOne(db, { transactions: [here] })
    expect(await marksOf(db, here)).toEqual([['tax', 1_500, 0]])
  })

  test('are kept without pictures and texts, once for each change of what decides', async () => {
    const { db } = await openShop()
    await settle(db, { tax_rate_bp: 1100, receipt_logo: 'x'.repeat(1000), cash_rounding_mode: 'y'.repeat(1000) })
    await settle(db, { tax_rate_bp: 1100, shop_name: 'Toko' })
    await db.query('DELETE FROM settings')
    expect(await db.query('SELECT "values" FROM settings_history WHERE branch_id = 1 ORDER BY id')).toEqual([
      { values: {} },
      { values: { tax_rate_bp: 1100 } },
      { values: {} },
    ])
  })

  test('of before the history are the oldest known: an early date frees from no tax, rounding, approval', async () => {
    const { db, rice } = await openShop()
    await settle(db, { tax_rate_bp: 1000, tax_included: false })
    await db.query(`DELETE FROM settings_history WHERE "values" = '{}'`)
    await settle(db, { tax_rate_bp: 0 })
    const known = taxed(rice, ago(3))
    const cases: [ReturnType<typeof sale>, ...unknown[][]][] = [
      [known],
      [{ ...taxed(rice, ago(3)), tax_total: 0, grand_total: 15_000, tax: null }],
      [{ ...taxed(rice, ago(3)), tax_total: 3_000, grand_total: 18_000, tax: null }, ['tax', 3_000, 1_500]],
      [{ ...taxed(rice, ago(3)), rounding_total: -900, grand_total: 15_600 }, ['rounding', -900, 0]],
      [{ ...taxed(rice, ago(3)), grand_total: 1 }, ['sum', 1, 15_000]],
      [
        sale([{ product_id: rice, quantity: 1, discount: 15_000 }], { created_at_device: ago(3) }),
        ['approval_missing', 15_000, 1_500],
      ],
    ]
    for (const [sold, ...marks] of cases) {
      expect((await uploadOne(db, { transactions: [sold] })).success).toBe(true)
      expect(await marksOf(db, sold)).toEqual(marks)
    }
    const share = refundOf(known.offline_id, [{ product_id: rice, quantity: 0.5, amount: 8_999 }])
    await uploadOne(db, { refunds: [share] })
    expect(await marksOf(db, share)).toEqual([['approval_unproven'], ['refund_share', 8_999, 8_250]])
  })
})

describe('the time that counts', () => {
  const soldAt = (rice: number, days: number) =>
    sale([{ product_id: rice, quantity: 1 }], { created_at_device: ago(days) })
  const countedAt = async (db: Database, { offline_id }: { offline_id: string }) =>
    Date.parse(
      (await one<{ at: string }>(db, 'SELECT occurred_at AS at FROM transactions WHERE offline_id = $1', [offline_id]))
        .at,
    )
  const kinds = async (db: Database, sold: { offline_id: string }) => (await marksOf(db, sold)).map(([kind]) => kind)

  test('a tablet that was away for three days keeps its days', async () => {
    const { db, rice } = await openShop()
    await pairedSince(db, 'DEV-A', 60, 10, 3.1, 0)
    for (const days of [3, 2, 1, 0.1]) {
      const sold = soldAt(rice, days)
      await uploadOne(db, { transactions: [sold] })
      expect(await countedAt(db, sold)).toBe(Date.parse(sold.created_at_device as string))
      expect(await kinds(db, sold)).not.toContain('time')
    }
  })

  test('what a device could have sent long ago did not happen then: it counts now, and is marked', async () => {
    const { db, rice } = await openShop()
    await pairedSince(db, 'DEV-A', 85, 30, 2)
    const old = soldAt(rice, 80)
    await uploadOne(db, { transactions: [old] })
    expect(Date.now() - (await countedAt(db, old))).toBeLessThan(60_000)
    expect(await kinds(db, old)).toEqual(['time'])
    expect(await one(db, 'SELECT claimed_at FROM sale_marks')).toEqual({ claimed_at: old.created_at_device })
    await pairedSince(db, 'DEV-NEW', 0)
    const before = sale([{ product_id: rice, quantity: 1 }], { created_at_device: ago(3), device_id: 'DEV-NEW' })
    await uploadOne(db, { transactions: [before] }, { deviceId: 'DEV-NEW' })
    expect(await kinds(db, before)).toEqual(['time'])
  })

  test('a made-up device has no earlier times than the sender; a file of a known one keeps its own', async () => {
    const { db, rice } = await openShop()
    await pairedSince(db, 'DEV-A', 85, 30, 2)
    await pairedSince(db, 'DEV-AWAY', 85, 30)
    const named = async (device_id: string, days: number) => {
      const sold = Object.assign(soldAt(rice, days), { device_id })
      await uploadOne(db, { transactions: [sold] })
      return { sold, marks: await kinds(db, sold) }
    }
    for (const days of [80, 25, 3]) {
      const { sold, marks } = await named('DEV-NOBODY', days)
      expect(Date.now() - (await countedAt(db, sold))).toBeLessThan(60_000)
      expect(marks).toEqual(['other_device', 'time'])
    }
    expect((await named('DEV-NOBODY', 1)).marks).toEqual(['other_device'])
    const carried = await named('DEV-AWAY', 3)
    expect(await countedAt(db, carried.sold)).toBe(Date.parse(carried.sold.created_at_device as string))
    expect(carried.marks).not.toContain('time')
  })

  test('a month that is over does not change in silence', async () => {
    const { db, rice } = await openShop()
    await pairedSince(db, 'DEV-A', 85, 40)
    const late = soldAt(rice, 35)
    await uploadOne(db, { transactions: [late] })
    expect(await countedAt(db, late)).toBe(Date.parse(late.created_at_device as string))
    expect(await kinds(db, late)).toEqual(['late'])
    const today = shopDay(Date.now())
    const marks = await listMarks(db, { branchId: 1, from: today, to: today, limit: null })
    expect(marks).toMatchObject([{ kind: 'late', occurred_at: late.created_at_device }])
  })

  test('nor do its sales and shifts by what comes today: a payment, a void, cash, a refund, a sale', async () => {
    const { db, rice } = await openShop()
    await pairedSince(db, 'DEV-A', 85, 40)
    const then = { created_at_device: ago(35), staff_id: 3 }
    const [draft, sold] = [
      sale([{ product_id: rice, quantity: 1 }], { ...then, status: 'draft', payment_status: 'pending_payment' }),
      sale([{ product_id: rice, quantity: 2 }], then),
    ]
    const shifts = [opening(then), closing(then)]
    expect((await upload(db, { shifts, transactions: [draft, sold] })).success).toBe(true)
    const old = await readTakings(db, {
      branchId: 1,
      from: shopDay(Date.parse(ago(35))),
      to: shopDay(Date.parse(ago(35))),
      limit: null,
    })
    expect(old.totals).toMatchObject({ count: 1, sales: 30_000 })
    const inShift = { shift_offline_id: SHIFT, staff_id: 3 }
    const paid = payment(draft.offline_id, 15_000)
    const undone = voidOf(sold.offline_id)
    const cash = cashMovement({ staff_id: 3 })
    const today = sale([{ product_id: rice, quantity: 1 }], inShift)
    const back = refundOf(today.offline_id, [{ product_id: rice, quantity: 1, amount: 1 }], inShift)
    const body = { payments: [paid], voids: [undone], cash_movements: [cash], transactions: [today], refunds: [back] }
    expect((await upload(db, body)).success).toBe(true)
    for (const operation of [paid, undone, cash, today, back]) {
      expect((await kinds(db, operation)).filter((kind) => kind === 'late')).toEqual(['late'])
    }
    const day = shopDay(Date.parse(ago(35)))
    const read = await listMarks(db, { branchId: 1, from: day, to: day, limit: null })
    expect(
      read
        .filter(({ kind }) => kind === 'late')
        .map(({ operation_type: type }) => type)
        .toSorted(),
    ).toEqual([
      'cash_movement',
      'payment',
      'refund',
      'shift',
      'shift',
      'transaction',
      'transaction',
      'transaction',
      'void',
    ])
    // Of this month nothing is late.
    const own = sale([{ product_id: rice, quantity: 1 }])
    const gone = voidOf(own.offline_id)
    await upload(db, { transactions: [own], voids: [gone] })
    expect([...(await kinds(db, own)), ...(await kinds(db, gone))]).toEqual(['approval_unproven'])
  })

  test('a clock that is hours ahead is told; voids, refunds and cash go by the same time', async () => {
    const { db, rice } = await openShop()
    await pairedSince(db, 'DEV-A', 60, 10)
    const ahead = soldAt(rice, -0.5)
    await uploadOne(db, { transactions: [ahead] })
    expect(await kinds(db, ahead)).toEqual(['time'])
    const at = { created_at_device: ago(50), shift_offline_id: SHIFT }
    const back = refundOf(ahead.offline_id, [{ product_id: rice, quantity: 1, amount: 1 }], at)
    const undone = voidOf(ahead.offline_id, at)
    const cash = cashMovement(at)
    const outcome = await upload(db, {
      shifts: [opening({ staff_id: 3 })],
      refunds: [back],
      cash_movements: [{ ...cash, staff_id: 3 }],
    })
    expect(outcome.success).toBe(true)
    expect((await uploadOne(db, { voids: [undone] })).success).toBe(true)
    for (const operation of [back, undone]) expect(await kinds(db, operation)).toEqual(['approval_unproven', 'time'])
    expect(await kinds(db, cash)).toEqual(['time'])
    for (const table of ['voids', 'cash_movements', 'approvals']) {
      expect(await db.query(`SELECT FROM ${table} WHERE occurred_at < now() - interval '1 day'`)).toEqual([])
    }
  })
})

describe('people and devices as the device says', () => {
  test('an approver who is not of the branch, or may not allow, is booked and marked', async () => {
    const { db, rice } = await openShop()
    const marked = async (fields: Record<string, unknown>) => {
      const sold = sale([{ product_id: rice, quantity: 1 }])
      await uploadOne(db, { transactions: [sold] })
      const undone = voidOf(sold.offline_id, fields)
      expect((await uploadOne(db, { voids: [undone] })).success).toBe(true)
      return (await marksOf(db, undone)).map(([kind]) => kind)
    }
    const unproven = 'approval_unproven'
    expect(await marked({ approved_by: 2, staff_id: 3 })).toEqual([unproven])
    expect(await marked({ approved_by: 5 })).toEqual([unproven, 'approver_unknown'])
    expect(await marked({ approved_by: 3 })).toEqual([unproven, 'approver_without_right'])
    expect(await marked({ approved_by: 4 })).toEqual([unproven, 'approver_without_right'])
    expect(await marked({ approved_by: null, staff_id: 5 })).toEqual(['approval_missing', 'staff_unknown'])
    expect(await db.query(`SELECT named_staff_id FROM sale_marks WHERE kind = 'approver_unknown'`)).toEqual([
      { named_staff_id: 5 },
    ])
    const movement = cashMovement({ amount: 900_000, approved_by: 5, staff_id: 3 })
    await upload(db, { shifts: [opening({ staff_id: 3 })], cash_movements: [movement] })
    expect(await marksOf(db, movement)).toEqual([[unproven], ['approver_unknown']])
  })

  test('a discount over the limit needs somebody with the right; without one it is marked', async () => {
    const { db, rice } = await openShop()
    const gift = (fields: Record<string, unknown>) =>
      sale([{ product_id: rice, quantity: 1, discount: 15_000 }], { staff_id: 3, ...fields })
    const [allowed, alone, stranger] = [gift({ approved_by: 2 }), gift({}), gift({ approved_by: 5 })]
    await upload(db, { transactions: [allowed, alone, stranger] })
    expect(await marksOf(db, allowed)).toEqual([['approval_unproven']])
    expect(await marksOf(db, alone)).toEqual([['approval_missing', 15_000, 1_500]])
    expect(await marksOf(db, stranger)).toEqual([['approval_unproven'], ['approver_unknown']])
  })

  test('[Q7] what another device brings is booked and says so', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 1 }])
    await uploadOne(db, { transactions: [sold] }, { deviceId: 'DEV-B' })
    expect(await marksOf(db, sold)).toEqual([['other_device']])
  })
})

describe('a void that comes before its sale', () => {
  test('of another device does not touch the sale, nor stand in the way of its own void', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 4 }])
    for (const device_id of ['DEV-B', 'DEV-A', null]) {
      await uploadOne(db, { voids: [voidOf(sold.offline_id, { device_id })] }, { deviceId: 'DEV-B' })
    }
    const result = await uploadOne(db, { transactions: [sold] })
    expect(result.success).toBe(true)
    expect(await one(db, 'SELECT status FROM transactions')).toEqual({ status: 'paid' })
    expect((await stockOf(db, rice)).stock).toBe(996)
    expect(await marksOf(db, sold)).toEqual([['void_by_other']])
    expect((await uploadOne(db, { voids: [voidOf(sold.offline_id)] })).success).toBe(true)
    expect((await stockOf(db, rice)).stock).toBe(1000)
    expect(await uploadOne(db, { voids: [voidOf(sold.offline_id)] }, { deviceId: 'DEV-B' })).toMatchObject({
      error_kind: 'already_void',
    })
  })

  test('[Q3] of the seller itself still counts, also when a stranger was first', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 4 }])
    await uploadOne(db, { voids: [voidOf(sold.offline_id)] }, { deviceId: 'DEV-B' })
    const own = voidOf(sold.offline_id)
    expect((await uploadOne(db, { voids: [own] })).success).toBe(true)
    await uploadOne(db, { transactions: [sold] })
    expect(await one(db, 'SELECT status FROM transactions')).toEqual({ status: 'void' })
    expect(await one(db, 'SELECT offline_id, amount FROM voids WHERE transaction_id IS NOT NULL')).toEqual({
      offline_id: own.offline_id,
      amount: 60_000,
    })
    expect((await stockOf(db, rice)).stock).toBe(1000)
  })
})

import { randomUUID } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import * as v from 'valibot'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import {
  conflictDecisionPath,
  REPORT_NAMES,
  REPORT_ROWS,
  type ReportName,
  reportListSchema,
  reportPath,
  saleRowSchema,
  shiftReportSchema,
  soldProductSchema,
  takingsAnswerSchema,
} from '../../../src/contract/reports.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import {
  approvalRowSchema,
  conflictRowSchema,
  oversoldRowSchema,
  priceRowSchema,
  reversalRowSchema,
} from '../../../src/contract/review-reports.ts'
import { shopDay } from '../../../src/domain/shop-day.ts'
import { addProduct } from '../../pg/support.ts'
import { addStaffRow, type OwnerClient, refusal, signIn } from './owner-client.ts'
import { createSalesWriter, type SalesWriter } from './sales-writer.ts'
import { BRANCH, OTHER_BRANCH, setUpTestApp, type TestApp } from './support.ts'

let db: Database
let test: TestApp
let owner: OwnerClient
let shop: SalesWriter
let elsewhere: SalesWriter
let staff: { sari: number; dewi: number }

setUpTestApp(async (opened) => {
  test = opened
  db = opened.db
  const ownerId = await addStaffRow(db, { name: 'Hartono', role: 'owner', pin: '70418326' })
  staff = {
    sari: await addStaffRow(db, { name: 'Sari', role: 'cashier', pin: '3816' }),
    dewi: await addStaffRow(db, { name: 'Dewi', role: 'supervisor', pin: '6492' }),
  }
  owner = await signIn(test, ownerId, '70418326')
  shop = createSalesWriter(db, { branchId: 1, deviceId: owner.deviceId, staffId: staff.sari })
  elsewhere = createSalesWriter(db, { branchId: 2, deviceId: null, staffId: null })
})

const path = (name: ReportName, from: string, to = from, more = '') =>
  `${reportPath(name)}?from=${from}&to=${to}${more}`
async function takings(from: string, to = from) {
  const answer = await owner.get(path('takings', from, to))
  expect(answer.statusCode).toBe(200)
  return v.parse(takingsAnswerSchema, answer.json()).data
}
async function list<T extends v.GenericSchema>(name: ReportName, row: T, from: string, to = from) {
  const answer = await owner.get(path(name, from, to))
  expect(answer.statusCode).toBe(200)
  return v.parse(reportListSchema(row), answer.json()).data
}
async function file(name: ReportName, from: string, to = from, lang = 'en') {
  const answer = await owner.get(path(name, from, to, `&format=csv&lang=${lang}`))
  expect(answer.statusCode).toBe(200)
  const records: Record<string, string>[] = parse(answer.rawPayload, { bom: true, columns: true })
  return { answer, records }
}

describe('takings', () => {
  it('sum the day’s paid sales by method, counter and hour, in whole rupiah', async () => {
    const day = '2026-01-05'
    await shop.sale({ at: `${day}T01:10:00Z`, lines: [{ productId: 1, quantity: 2, price: 15_000 }] })
    await shop.sale({
      at: `${day}T01:50:00Z`,
      lines: [{ productId: 2, quantity: 0.5, price: 10_000 }],
      payments: [
        { method: 'CASH', amount: 2_000 },
        { method: 'QRIS', amount: 3_000 },
      ],
    })
    await shop.sale({ at: `${day}T09:00:00Z`, lines: [{ productId: 1, quantity: 1, price: 15_000 }], method: 'QRIS' })
    expect(await takings(day)).toEqual({
      totals: {
        count: 3,
        subtotal: 50_000,
        discount: 0,
        tax: 0,
        rounding: 0,
        sales: 50_000,
        refund_count: 0,
        refunds: 0,
        void_count: 0,
        voids: 0,
        marked_count: 0,
        marked_sales: 0,
        marked_refunds: 0,
      },
      by_method: [
        { payment_method: 'CASH', count: 2, sales: 32_000, refunds: 0 },
        { payment_method: 'QRIS', count: 2, sales: 18_000, refunds: 0 },
      ],
      by_device: [{ device_id: owner.deviceId, device_name: 'Kasir', count: 3, sales: 50_000, refunds: 0 }],
      by_slot: [
        { slot: '08', count: 2, sales: 35_000 },
        { slot: '16', count: 1, sales: 15_000 },
      ],
    })
  })

  it('go by the day in Jakarta, whatever the time zone of the server', async () => {
    await shop.sale({ at: '2026-01-09T16:59:59Z', lines: [{ productId: 1, quantity: 1, price: 1_000 }] })
    await shop.sale({ at: '2026-01-09T17:00:00Z', lines: [{ productId: 1, quantity: 1, price: 2_000 }] })
    await shop.sale({ at: '2026-01-10T16:59:59Z', lines: [{ productId: 1, quantity: 1, price: 4_000 }] })
    expect((await takings('2026-01-09')).by_slot).toEqual([{ slot: '23', count: 1, sales: 1_000 }])
    expect((await takings('2026-01-10')).totals).toMatchObject({ count: 2, sales: 6_000 })
    expect((await takings('2026-01-09', '2026-01-10')).by_slot).toEqual([
      { slot: '2026-01-09', count: 1, sales: 1_000 },
      { slot: '2026-01-10', count: 2, sales: 6_000 },
    ])
  })

  it('leave out voided sales with their refunds, drafts, other branches; refunds count on their own day', async () => {
    const kept = await shop.sale({ at: '2026-01-12T03:00:00Z', lines: [{ productId: 1, quantity: 2, price: 10_000 }] })
    const voided = await shop.sale({ at: '2026-01-12T04:00:00Z', lines: [{ productId: 1, quantity: 1, price: 7_000 }] })
    await shop.refund(voided, { at: '2026-01-12T04:10:00Z', quantity: 1, amount: 3_000 })
    await shop.void(voided, { at: '2026-01-12T05:00:00Z', reason: 'salah barang' })
    await shop.sale({ at: '2026-01-12T05:00:00Z', lines: [{ productId: 1, quantity: 1, price: 500 }], status: 'draft' })
    await elsewhere.sale({ at: '2026-01-12T05:00:00Z', lines: [{ productId: 3, quantity: 1, price: 900 }] })
    await shop.refund(kept, { at: '2026-01-13T03:00:00Z', quantity: 1, amount: 10_000, approvedBy: staff.dewi })

    expect((await takings('2026-01-12')).totals).toMatchObject({
      count: 1,
      sales: 20_000,
      refund_count: 0,
      refunds: 0,
      void_count: 1,
      voids: 7_000,
    })
    const next = await takings('2026-01-13')
    expect(next.totals).toMatchObject({ count: 0, sales: 0, refund_count: 1, refunds: 10_000 })
    expect(next.by_method).toEqual([{ payment_method: 'CASH', count: 0, sales: 0, refunds: 10_000 }])
    expect(next.by_device).toMatchObject([{ count: 0, sales: 0, refunds: 10_000 }])
    expect(next.by_slot).toEqual([])

    const { rows } = await list('products', soldProductSchema, '2026-01-12', '2026-01-13')
    expect(rows).toMatchObject([{ product_id: 1, quantity: 2, returned: 1, sales: 10_000 }])
  })

  it('are nothing on a day without sales, and ask for a period that makes sense', async () => {
    expect((await takings('2025-01-01')).totals).toMatchObject({ count: 0, sales: 0, refunds: 0, voids: 0 })
    for (const query of ['', '?from=2026-01-01', '?from=2026-02-30&to=2026-03-01x', '?from=yesterday&to=today']) {
      expect(refusal(await owner.get(reportPath('takings') + query))).toEqual([400, 'invalid_request'])
    }
    expect(refusal(await owner.get(path('takings', '2026-01-02', '2026-01-01')))).toEqual([400, 'invalid_request'])
    expect(refusal(await owner.get(path('takings', '2024-01-01', '2026-01-01')))).toEqual([400, 'invalid_request'])
  })
})

describe('lists', () => {
  it('name the best sold products by what they brought in', async () => {
    const day = '2026-02-02'
    await shop.sale({
      at: `${day}T03:00:00Z`,
      lines: [
        { productId: 11, name: 'Teh', quantity: 10, price: 1_000, discount: 500 },
        { productId: 12, name: 'Beras', quantity: 1.25, price: 16_000 },
      ],
    })
    const { rows, has_more } = await list('products', soldProductSchema, day)
    expect(has_more).toBe(false)
    expect(rows).toEqual([
      { product_id: 12, product_name: 'Beras', unit: 'pcs', quantity: 1.25, returned: 0, sales: 20_000 },
      { product_id: 11, product_name: 'Teh', unit: 'pcs', quantity: 10, returned: 0, sales: 9_500 },
    ])
  })

  it('tell what was oversold, with what the cashier saw (S9)', async () => {
    const day = '2026-02-03'
    const sale = await shop.sale({ at: `${day}T03:00:00Z`, lines: [{ productId: 5, quantity: 3, price: 1_000 }] })
    await shop.oversold(sale, { productId: 5, quantity: 3, missing: 2, shown: 1, after: -2 })
    const { rows } = await list('oversold', oversoldRowSchema, day)
    expect(rows).toMatchObject([
      {
        sold_at: `${day}T03:00:00.000Z`,
        transaction_code: sale.code,
        device_name: 'Kasir',
        staff_name: 'Sari',
        quantity: 3,
        missing: 2,
        stock_shown: 1,
        stock_after: -2,
      },
    ])
    expect((await list('oversold', oversoldRowSchema, '2026-02-04')).rows).toEqual([])
  })

  it('tell where the price differed from the server’s', async () => {
    const day = '2026-02-05'
    const sale = await shop.sale({ at: `${day}T03:00:00Z`, lines: [{ productId: 5, quantity: 2, price: 900 }] })
    await shop.priceDifference(sale, { productId: 5, quantity: 2, sold: 900, server: 1_000, counter: 900 })
    expect((await list('prices', priceRowSchema, day)).rows).toMatchObject([
      { transaction_code: sale.code, sold_price: 900, server_price: 1_000, counter_price: 900, quantity: 2 },
    ])
  })

  it('tell a shift with what was expected and counted, by method, with cash in and out and by whom', async () => {
    const day = '2026-02-06'
    const totals = [{ payment_method: 'CASH', count: 4, sales: 80_000, refunds: 5_000 }]
    await shop.shift({
      at: `${day}T01:00:00Z`,
      openingCash: 200_000,
      closing: { at: `${day}T09:00:00Z`, counted: 274_000, expected: 265_000, totals, unsent: 2, note: '=lebih' },
      movements: [{ at: `${day}T02:00:00Z`, direction: 'out', amount: 10_000, reason: 'beli es' }],
    })
    const { rows } = await list('shifts', shiftReportSchema, day)
    expect(rows).toMatchObject([
      {
        opened_at: `${day}T01:00:00.000Z`,
        opened_by: 'Sari',
        closed_at: `${day}T09:00:00.000Z`,
        closed_by: 'Sari',
        opening_cash: 200_000,
        expected_cash: 265_000,
        counted_cash: 274_000,
        unsent_count: 2,
        totals,
        movements: [{ direction: 'out', amount: 10_000, reason: 'beli es', staff_name: 'Sari' }],
      },
    ])
    const { records } = await file('shifts', day)
    expect(records).toMatchObject([
      { Difference: '9000', 'Opened (WIB)': `${day} 08:00:00`, Note: "'=lebih", 'Opened by': 'Sari' },
    ])
  })

  it('tell an open shift too', async () => {
    await shop.shift({ at: '2026-02-07T01:00:00Z', openingCash: 50_000 })
    expect((await list('shifts', shiftReportSchema, '2026-02-07')).rows).toMatchObject([
      { closed_at: null, counted_cash: null, expected_cash: null, totals: [], movements: [] },
    ])
  })

  it('tell voids and refunds with who allowed them, by when they were made', async () => {
    const sold = await shop.sale({ at: '2026-02-08T03:00:00Z', lines: [{ productId: 1, quantity: 2, price: 10_000 }] })
    const other = await shop.sale({ at: '2026-02-08T03:30:00Z', lines: [{ productId: 1, quantity: 1, price: 6_000 }] })
    await shop.refund(sold, { at: '2026-02-09T03:00:00Z', quantity: 1, amount: 10_000, approvedBy: staff.dewi })
    await shop.void(other, { at: '2026-02-09T04:00:00Z', reason: 'salah', approvedBy: staff.dewi })
    const { rows } = await list('reversals', reversalRowSchema, '2026-02-09')
    expect(rows).toMatchObject([
      {
        kind: 'void',
        transaction_code: other.code,
        amount: 6_000,
        reason: 'salah',
        staff_name: 'Sari',
        approved_by: 'Dewi',
      },
      { kind: 'refund', transaction_code: sold.code, amount: 10_000, payment_method: 'CASH', approved_by: 'Dewi' },
    ])
    expect((await list('reversals', reversalRowSchema, '2026-02-08')).rows).toEqual([])
    const allowed = (await list('approvals', approvalRowSchema, '2026-02-09')).rows
    expect(allowed).toMatchObject([
      { kind: 'void', transaction_code: other.code, amount: 6_000, approved_by: 'Dewi' },
      { kind: 'refund', transaction_code: sold.code, amount: 10_000, approved_by: 'Dewi' },
    ])
  })

  it('keep open conflicts in every period, with both contents', async () => {
    const sale = await shop.sale({ at: '2026-02-10T03:00:00Z', lines: [{ productId: 1, quantity: 1, price: 5_000 }] })
    const conflict = await shop.conflict(sale, { server: { grand_total: 5_000 }, local: { grand_total: 6_000 } })
    const { rows } = await list('conflicts', conflictRowSchema, '2020-01-01')
    expect(rows).toMatchObject([
      {
        conflict_id: conflict,
        offline_id: sale.offlineId,
        device_name: 'Kasir',
        operation_type: 'transaction',
        server_content: { item: { grand_total: 5_000 } },
        local_content: { item: { grand_total: 6_000 } },
        resolution: null,
      },
    ])
    await db.query(
      `UPDATE offline_conflicts SET state = 'resolved', resolution = 'keep_server', resolved_at = now(), approved_by = $2
        WHERE id = $1`,
      [conflict, staff.dewi],
    )
    expect((await list('conflicts', conflictRowSchema, '2020-01-01')).rows).toEqual([])
    expect((await list('conflicts', conflictRowSchema, shopDay(Date.now()))).rows).toMatchObject([
      { conflict_id: conflict, resolution: 'keep_server', resolved_by: 'Dewi' },
    ])
  })

  it('say that there is more than they show; the file has all', async () => {
    const day = '2026-02-11'
    await db.query(
      `INSERT INTO transactions (branch_id, transaction_code, status, grand_total, occurred_at)
       SELECT 1, 'MANY-' || n, 'paid', 1000, $2::timestamptz FROM generate_series(0, $1::int) n`,
      [REPORT_ROWS, `${day}T03:00:00Z`],
    )
    const { rows, has_more } = await list('sales', saleRowSchema, day)
    expect(rows).toHaveLength(REPORT_ROWS)
    expect(has_more).toBe(true)
    expect((await file('sales', day)).records).toHaveLength(REPORT_ROWS + 1)
  })
})

describe('what counters upload', () => {
  const sale = (offlineId: string, price: number, quantity = 1, discount = 0) => ({
    offline_id: offlineId,
    offline_reference: `${owner.deviceId}-20260301-1`,
    device_id: owner.deviceId,
    created_at_device: new Date().toISOString(),
    branch_code: BRANCH,
    payment_method: 'CASH',
    subtotal: price * quantity,
    discount_total: discount,
    cart_discount: discount,
    grand_total: price * quantity - discount,
    status: 'paid',
    payment_status: 'paid',
    staff_id: staff.sari,
    approved_by: staff.dewi,
    items: [{ product_id: productId, quantity, price, stock_shown: 1 }],
  })
  const upload = (content: object) =>
    owner.send('POST', PATHS.batchSync, { device_id: owner.deviceId, transactions: [content] })
  const today = () => shopDay(Date.now())
  let productId: number

  beforeAll(async () => {
    productId = await addProduct(db, { name: 'Gula', stock: 1 })
  })

  it('stands in the reports: takings, what was oversold, another price, who allowed it', async () => {
    const before = await takings(today())
    expect((await upload(sale(randomUUID(), 14_000, 3, 2_000))).json()).toMatchObject({ data: { success: true } })
    expect((await takings(today())).totals.sales - before.totals.sales).toBe(40_000)
    expect((await list('oversold', oversoldRowSchema, today())).rows[0]).toMatchObject({
      product_name: 'Gula',
      staff_name: 'Sari',
      quantity: 3,
      missing: 2,
      stock_shown: 1,
      stock_after: -2,
    })
    expect((await list('prices', priceRowSchema, today())).rows[0]).toMatchObject({
      sold_price: 14_000,
      server_price: 15_000,
    })
    expect((await list('approvals', approvalRowSchema, today())).rows[0]).toMatchObject({
      kind: 'discount',
      amount: 2_000,
      approved_by: 'Dewi',
      staff_name: 'Sari',
    })
  })

  it('is decided by the owner where two contents came: once, with name and reason', async () => {
    const offlineId = randomUUID()
    await upload(sale(offlineId, 15_000))
    await upload(sale(offlineId, 16_000))
    const [open] = (await list('conflicts', conflictRowSchema, today())).rows
    if (!open) throw new Error('no conflict')
    expect(open).toMatchObject({
      offline_id: offlineId,
      resolution: null,
      server_content: { item: { grand_total: 15_000 } },
      local_content: { item: { grand_total: 16_000 } },
    })
    const decide = (body: object) => owner.send('POST', conflictDecisionPath(open.conflict_id), body)
    expect(refusal(await decide({ resolution: 'keep_local', reason: ' ' }))).toEqual([400, 'invalid_request'])
    const before = await takings(today())
    const answer = await decide({ resolution: 'keep_local', reason: 'harga baru' })
    expect(answer.json()).toMatchObject({ data: { resolution: 'keep_local' } })
    const after = await takings(today())
    expect(after.totals.sales - before.totals.sales).toBe(1_000)
    expect(after.totals.void_count - before.totals.void_count).toBe(1)
    expect((await decide({ resolution: 'keep_server', reason: 'lain' })).json()).toMatchObject({
      data: { resolution: 'keep_local' },
    })
    expect((await list('conflicts', conflictRowSchema, today())).rows[0]).toMatchObject({
      resolution: 'keep_local',
      resolved_by: 'Hartono',
      reason: 'harga baru',
    })
    expect(
      refusal(await owner.send('POST', conflictDecisionPath(999_999), { resolution: 'keep_server', reason: 'x' })),
    ).toEqual([404, 'not_found'])
  })
})

describe('files', () => {
  it('have all days of the period, newest first, each sale in one line', async () => {
    const first = await shop.sale({
      at: '2026-03-01T03:00:00Z',
      lines: [{ productId: 1, quantity: 1, price: 10_000 }],
      payments: [
        { method: 'QRIS', amount: 4_000 },
        { method: 'CASH', amount: 6_000 },
      ],
    })
    const second = await shop.sale({ at: '2026-03-03T03:00:00Z', lines: [{ productId: 1, quantity: 1, price: 8_000 }] })
    await shop.refund(first, { at: '2026-03-04T03:00:00Z', quantity: 1, amount: 10_000 })
    await shop.void(second, { at: '2026-03-04T03:00:00Z', reason: 'x' })
    const { answer, records } = await file('sales', '2026-03-01', '2026-03-31')
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="sales-2026-03-01_2026-03-31.csv"')
    expect(answer.rawPayload.subarray(0, 3).toString('hex')).toBe('efbbbf')
    expect(answer.body.endsWith('\r\n')).toBe(true)
    expect(records).toMatchObject([
      {
        'Time (WIB)': '2026-03-03 10:00:00',
        'Transaction code': second.code,
        Status: 'void',
        Total: '8000',
        Refunds: '0',
      },
      {
        'Time (WIB)': '2026-03-01 10:00:00',
        'Transaction code': first.code,
        Status: 'paid',
        Payment: 'CASH + QRIS',
        Total: '10000',
        Refunds: '10000',
      },
    ])
  })

  it('never calculate: a product’s name that begins like a formula is a text', async () => {
    const day = '2026-03-10'
    const name = '=HYPERLINK("http://x","y"),\r\n"q"'
    await shop.sale({ at: `${day}T03:00:00Z`, lines: [{ productId: 21, name, quantity: 1, price: 1_000 }] })
    const { records } = await file('products', day)
    expect(records[0]?.Product).toBe(`'${name}`)
  })

  it('come for every report, with Indonesian words unless asked otherwise', async () => {
    for (const name of REPORT_NAMES) {
      const answer = await owner.get(path(name, '2026-01-01', '2026-03-31', '&format=csv'))
      expect([name, answer.statusCode]).toEqual([name, 200])
      expect(answer.body.split('\r\n')[0]).not.toBe('')
      expect(answer.body).not.toMatch(/undefined|\[object/)
    }
    const { answer } = await file('sales', '2026-03-01', '2026-03-01', 'id')
    expect(answer.body).toContain('Waktu (WIB),Kode transaksi,Nomor struk,Perangkat,Staf')
  })

  it('know nothing of another branch', async () => {
    const stranger = await addStaffRow(db, { name: 'Lain', role: 'owner', pin: '52907134', branchCode: OTHER_BRANCH })
    const other = await signIn(test, stranger, '52907134', OTHER_BRANCH)
    for (const name of REPORT_NAMES.filter((each) => each !== 'takings')) {
      const answer = await other.get(path(name, '2026-02-01', '2026-03-31'))
      expect([name, answer.json()]).toEqual([name, { code: 200, data: { rows: [], has_more: false } }])
    }
    expect(await other.get(path('takings', '2026-02-01', '2026-03-31')).then((answer) => answer.json())).toMatchObject({
      data: { totals: { count: 0 }, by_method: [], by_device: [] },
    })
  })
})

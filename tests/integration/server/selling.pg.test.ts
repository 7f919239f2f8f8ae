import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { insertProduct } from '../../../server/sql/products.ts'
import { batchSyncAnswerSchema, resolveConflictAnswerSchema } from '../../../src/contract/batch-sync.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { transactionListSchema } from '../../../src/contract/transactions.ts'
import { payment, refundOf, sale, voidOf } from '../../pg/selling-support.ts'
import { signInOwner } from './staff-support.ts'
import {
  asAdminUser,
  bearer,
  createLogRecorder,
  createTestApp,
  OTHER_BRANCH,
  refusalOf,
  setUpTestApp,
  type TestApp,
} from './support.ts'

let db: Database
let test: TestApp
let device: { authorization: string }
let otherBranch: { authorization: string }
let rice: number

setUpTestApp(async (opened) => {
  test = opened
  db = opened.db
  device = bearer((await test.enroll()).token)
  otherBranch = bearer((await test.enroll(OTHER_BRANCH)).token)
  const fields = { branchId: 1, name: 'Beras', price: 15_000, stock: 100, updatedBy: 'test', reason: 'test' }
  rice = (await db.transaction((tx) => insertProduct(tx, fields))).id
})

const post = (url: string, payload: object, headers: Record<string, string> = device) =>
  test.app.inject({ method: 'POST', url, headers, payload })
const send = async (payload: object, headers = device) =>
  v.parse(batchSyncAnswerSchema, (await post(PATHS.batchSync, { device_id: 'DEV-A', ...payload }, headers)).json()).data
const list = async (query: string, headers = device) =>
  v.parse(transactionListSchema, (await test.app.inject({ url: `${PATHS.transactions}?${query}`, headers })).json())
    .data

describe('batch-sync over HTTP', () => {
  it('writes a line an upload, and only so many, when a device sends what is refused again and again', async () => {
    const { log, lines } = createLogRecorder()
    const { app } = await createTestApp(db, { log })
    const refunds = Array.from({ length: 50 }, () =>
      refundOf(randomUUID(), [{ product_id: rice, quantity: 1, amount: 1 }]),
    )
    for (let count = 0; count < 40; count++) {
      const payload = { device_id: 'DEV-A', refunds }
      const answer = await app.inject({ method: 'POST', url: PATHS.batchSync, headers: device, payload })
      expect(answer.json<{ data: { failed_count: number } }>().data.failed_count).toBe(50)
    }
    await app.close()
    const refused = lines.filter((line) => line.includes('"msg":"refused"'))
    expect(refused[0]).toMatch(/"counts":\{"[a-z_]+":50\}/)
    expect(refused.length).toBeLessThanOrEqual(25)
    expect(lines.join('').length).toBeLessThan(20_000)
  })

  it('[Q2] answers to the specification’s letter, and the same again when the response was lost', async () => {
    const sold = sale([{ product_id: rice, quantity: 2 }])
    const body = {
      transactions: [sold],
      payments: [payment(sold.offline_id, 30_000)],
      synced_at: new Date().toISOString(),
    }
    const answer = await post(PATHS.batchSync, { device_id: 'DEV-A', ...body })
    expect(answer.statusCode).toBe(200)
    const { code, data } = answer.json<{ code: number; data: Record<string, unknown> }>()
    expect(code).toBe(200)
    expect(data).toMatchObject({ success: true, total_items: 2, success_count: 2, failed_count: 0, conflicts: [] })
    expect(data.results).toEqual([
      {
        offline_id: sold.offline_id,
        type: 'transaction',
        success: true,
        server_id: expect.any(Number),
        transaction_code: expect.stringMatching(/^TRX-\d{8}-001$/),
        error: null,
        error_kind: null,
        conflict_detected: false,
        epoch: expect.any(String),
        seq: expect.any(Number),
        versions: { [`stock:${rice}`]: 2, [`inventory:${await placeOf(rice)}`]: 2 },
      },
      expect.objectContaining({ type: 'payment', success: true, versions: {} }),
    ])
    expect((await send(body)).results).toEqual(data.results)
  })

  it('refuses an item that is too deep or too large by itself: the good sale beside it is booked', async () => {
    for (const fault of [
      `${'['.repeat(3_000)}${']'.repeat(3_000)}`,
      `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
      JSON.stringify('x'.repeat(14_000_000)),
    ]) {
      const good = sale([{ product_id: rice, quantity: 1 }])
      const bad = sale([{ product_id: rice, quantity: 1 }])
      const text = JSON.stringify({
        device_id: 'DEV-A',
        transactions: [{ ...bad, fault: '?' }, good],
        payments: [payment(bad.offline_id, 15_000), payment(good.offline_id, 15_000)],
      }).replace('"?"', fault)
      const headers = { ...device, 'content-type': 'application/json' }
      const answer = await test.app.inject({ method: 'POST', url: PATHS.batchSync, headers, payload: text })
      const { data } = v.parse(batchSyncAnswerSchema, answer.json())
      expect(data.results).toMatchObject([
        {
          offline_id: bad.offline_id,
          success: false,
          error_kind: 'invalid',
          error: expect.stringMatching(/deeper|larger/),
        },
        { offline_id: good.offline_id, success: true },
        { success: false },
        { success: true },
      ])
    }
  })

  it('[Q2] stores no unknown fields beyond 16 kB, and still tells a retry from another content', async () => {
    const sold = { ...sale([{ product_id: rice, quantity: 1 }]), extra: 'x'.repeat(1_000_000) }
    const small = { ...sale([{ product_id: rice, quantity: 1 }]), extra: { table: 7, ['__proto__']: { a: 1 } } }
    const first = await send({ transactions: [sold, small] })
    expect(first.results).toMatchObject([{ success: true }, { success: true }])
    expect((await send({ transactions: [sold, small] })).results).toEqual(first.results)
    const sizes = await db.query<{ size: number; extra: unknown }>(
      `SELECT length(content::text) AS size, content -> 'extra' AS extra FROM operations
        WHERE offline_id = ANY($1::uuid[]) ORDER BY offline_id = $2`,
      [[sold.offline_id, small.offline_id], small.offline_id],
    )
    expect(sizes).toMatchObject([{ extra: null }, { extra: { table: 7 } }])
    expect(sizes[0]?.size).toBeLessThan(3_000)
    const other = await send({ transactions: [{ ...sold, extra: `${sold.extra}y` }] })
    expect(other.results).toMatchObject([{ success: false, error_kind: 'data_mismatch' }])
  })

  it('takes 50 sales of 200 lines in one request', async () => {
    const lines = Array.from({ length: 200 }, () => ({
      product_id: rice,
      quantity: 0.001,
      price: 1_000,
      product_name: 'Beras pandan wangi kualitas super dari Cianjur, karung 5 kilogram',
      note: 'dibungkus dua kali, tolong jangan sampai basah',
    }))
    const transactions = Array.from({ length: 50 }, () => sale(lines))
    const before = await stock()
    expect(await send({ transactions })).toMatchObject({ success: true, success_count: 50 })
    expect(Math.round((before - (await stock())) * 1000)).toBe(50 * 200)
  })

  it('refuses what is no request at all, and nothing of it is booked', async () => {
    const refused = (payload: object, headers = device) =>
      refusalOf(test.app, { method: 'POST', url: PATHS.batchSync, headers, payload })
    const sold = sale([{ product_id: rice, quantity: 1 }])
    expect(await refused({ transactions: [sold] })).toEqual([400, 'invalid_request'])
    expect(await refused({ device_id: 'DEV-A', transactions: sold })).toEqual([400, 'invalid_request'])
    const tooMany = { device_id: 'DEV-A', transactions: Array.from({ length: 501 }, () => sold) }
    expect(await refused(tooMany)).toEqual([400, 'invalid_request'])
    expect(await refused({ device_id: 'DEV-A', transactions: [sold] }, asAdminUser)).toEqual([401, 'unauthorized'])
    expect(await list(`offline_id=${sold.offline_id}`)).toEqual([])
    expect(await send({})).toMatchObject({ success: true, total_items: 0, results: [] })
  })

  it('[Q5] refuses a revoked device, whose sales another device of the branch brings in', async () => {
    const { token, deviceId } = await test.enroll()
    const sold = sale([{ product_id: rice, quantity: 1 }], { device_id: deviceId })
    const revoke = `/api/v1/admin/device/${deviceId}/revoke`
    await test.app.inject({ method: 'POST', url: revoke, headers: asAdminUser, payload: {} })
    const request = { method: 'POST' as const, url: PATHS.batchSync, headers: bearer(token) }
    expect(await refusalOf(test.app, { ...request, payload: { device_id: deviceId, transactions: [sold] } })).toEqual([
      401,
      'device_revoked',
    ])
    expect(await send({ transactions: [sold] })).toMatchObject({ success: true })
    expect(await list(`offline_id=${sold.offline_id}`)).toMatchObject([{ device_id: deviceId }])
  })

  it('resolves a conflict by the owner of the device’s own branch, once', async () => {
    const owner = await signInOwner(test)
    const foreignOwner = await signInOwner(test, OTHER_BRANCH)
    const sold = sale([{ product_id: rice, quantity: 1 }])
    await send({ transactions: [sold] })
    const { conflicts } = await send({ transactions: [{ ...sold, note: 'lain' }] })
    const decision = { conflict_id: conflicts[0]?.conflict_id, resolution: 'keep_local', reason: 'x', approved_by: 2 }
    const decide = (headers: Record<string, string>) => ({
      method: 'POST' as const,
      url: PATHS.resolveConflict,
      headers,
      payload: decision,
    })
    // Who has the device has no say about its own sales.
    expect(await refusalOf(test.app, decide(device))).toEqual([403, 'staff_sign_in_needed'])
    expect(await refusalOf(test.app, decide(foreignOwner))).toEqual([404, 'not_found'])
    const decided = await post(PATHS.resolveConflict, decision, owner)
    const first = v.parse(resolveConflictAnswerSchema, decided.json()).data
    const [kept] = await db.query<{ by: number; owner: number }>(
      `SELECT c.approved_by AS by, s.id AS owner FROM offline_conflicts c JOIN staff s ON s.branch_id = 1 AND s.role = 'owner'
        WHERE c.id = $1`,
      [Number(decision.conflict_id)],
    )
    expect(kept?.by).toBe(kept?.owner)
    expect(first).toMatchObject({ resolution: 'keep_local', result: { success: true, offline_id: sold.offline_id } })
    const again = await post(PATHS.resolveConflict, { ...decision, resolution: 'keep_server' }, owner)
    expect(v.parse(resolveConflictAnswerSchema, again.json()).data).toEqual(first)
    const unknown = { method: 'POST' as const, url: PATHS.resolveConflict, headers: owner }
    for (const conflict_id of ['x', 0.5, 999_999, '-1']) {
      const [status] = await refusalOf(test.app, { ...unknown, payload: { ...decision, conflict_id } })
      expect([400, 404]).toContain(status)
    }
  })
})

describe('past sales over HTTP', () => {
  it('are found by what a counter asks, in its own branch only', async () => {
    const sold = sale([{ product_id: rice, quantity: 1, product_name: 'Kopi & <b>gula</b>' }])
    await send({ transactions: [sold], voids: [voidOf(sold.offline_id)] })
    expect(await list(`text=${encodeURIComponent('& <B>gula')}&limit=5`)).toMatchObject([
      {
        offline_id: sold.offline_id,
        status: 'void',
        voided: { reason: 'salah input' },
        items: [{ product_name: 'Kopi & <b>gula</b>' }],
      },
    ])
    expect(await list(`offline_id=${sold.offline_id}`, otherBranch)).toEqual([])
    expect(await list('day=2020-02-29')).toEqual([])
    const refused = (query: string) => refusalOf(test.app, { url: `${PATHS.transactions}?${query}`, headers: device })
    for (const query of [
      'day=2026-02-30',
      'day=today',
      'before_id=-1',
      'offline_id=7',
      `branch_code=${OTHER_BRANCH}`,
    ]) {
      expect((await refused(query))[0]).toBeGreaterThanOrEqual(400)
    }
    expect(await list(`text=${randomUUID()}`)).toEqual([])
  })
})

async function stock(): Promise<number> {
  const [row] = await db.query<{ stock: number }>('SELECT stock FROM products WHERE id = $1', [rice])
  return row?.stock ?? Number.NaN
}

async function placeOf(productId: number): Promise<number> {
  const [row] = await db.query<{ id: number }>('SELECT id FROM inventory WHERE product_id = $1', [productId])
  return row?.id ?? Number.NaN
}

/** A cashier with a program of one's own, a device's token and a lot of ids: what comes of what another counter did (docs/security.md). */
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import type { SyncResult } from '../../../src/contract/batch-sync.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import {
  cashMovement,
  closing,
  opening,
  payment,
  refundOf,
  sale,
  stockOf,
  type Upload,
  voidOf,
} from '../../pg/selling-support.ts'
import { addProduct } from '../../pg/support.ts'
import { bearer, setUpTestApp, type TestApp } from './support.ts'

type Till = Awaited<ReturnType<TestApp['enroll']>>
let test: TestApp
let db: Database
let rice: number
let honest: Till
let rogue: Till
let shift: string

setUpTestApp((opened) => {
  test = opened
  db = opened.db
})
beforeEach(async () => {
  rice = await addProduct(db, { stock: 100 })
  honest = await test.enroll()
  rogue = await test.enroll()
  shift = randomUUID()
  const opened = opening({ offline_id: shift, shift_offline_id: shift, device_id: honest.deviceId, staff_id: null })
  await send(honest, { shifts: [opened] })
})

async function send({ token, deviceId }: Till, body: Upload): Promise<SyncResult[]> {
  const payload = { device_id: deviceId, ...body }
  const answer = await test.app.inject({ method: 'POST', url: PATHS.batchSync, headers: bearer(token), payload })
  expect(answer.statusCode, answer.body.slice(0, 300)).toBe(200)
  return answer.json().data.results
}
const kindOf = async (body: Upload) => (await send(rogue, body))[0]?.error_kind ?? null
const marksOf = async ({ offline_id }: { offline_id: string }) =>
  (
    await db.query<{ kind: string }>('SELECT kind FROM sale_marks WHERE offline_id = $1 ORDER BY kind', [offline_id])
  ).map(({ kind }) => kind)
const paymentsOf = ({ offline_id }: { offline_id: string }) =>
  db.query(
    `SELECT p.payment_method AS method, p.amount FROM transaction_payments p JOIN transactions t ON t.id = p.transaction_id
      WHERE t.offline_id = $1 ORDER BY p.id`,
    [offline_id],
  )
/** Sold by the honest counter, in its shift unless fields say otherwise. */
async function soldThere(fields: Record<string, unknown> = {}) {
  const sold = sale([{ product_id: rice, quantity: 2 }], {
    device_id: honest.deviceId,
    shift_offline_id: shift,
    ...fields,
  })
  expect((await send(honest, { transactions: [sold] }))[0]?.success).toBe(true)
  return sold
}

describe('a dishonest counter', () => {
  it.each([
    ['in a shift', () => ({})],
    ['without one', () => ({ shift_offline_id: null })],
  ])('says nothing about how another counter’s sale %s was paid', async (_, fields) => {
    const sold = await soldThere(fields())
    expect(await kindOf({ payments: [payment(sold.offline_id, 30_000)] })).toBe('wrong_device')
    expect(await paymentsOf(sold)).toEqual([{ method: 'CASH', amount: 30_000 }])
  })

  it.each([
    ['in a shift', () => ({}), ['foreign_shift']],
    ['without one', () => ({ shift_offline_id: null }), ['other_device']],
  ])('that pays another counter’s open sale %s is seen', async (_, fields, marks) => {
    const sold = await soldThere({ ...fields(), status: 'draft', payment_status: 'pending_payment' })
    const paid = payment(sold.offline_id, 30_000)
    expect(await kindOf({ payments: [paid] })).toBeNull()
    expect(await marksOf(paid)).toEqual(marks)
    expect(await kindOf({ payments: [payment(sold.offline_id, 1)] })).toBe('amount_exceeded')
  })

  it('[Q2] takes no id that stands for something else, whatever kind of record it makes of it', async () => {
    const sold = await soldThere()
    const own = { device_id: rogue.deviceId, offline_id: sold.offline_id }
    const tries: Upload[] = [
      { transactions: [sale([{ product_id: rice, quantity: 50 }], own)] },
      { payments: [payment(sold.offline_id, 1, { offline_id: sold.offline_id })] },
      { voids: [voidOf(sold.offline_id, own)] },
      { refunds: [refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 1 }], own)] },
      { cash_movements: [cashMovement({ ...own, shift_offline_id: shift })] },
      { shifts: [opening({ ...own, shift_offline_id: sold.offline_id })] },
      { shifts: [closing({ ...own, shift_offline_id: shift, offline_id: shift })] },
    ]
    for (const each of tries) expect(await kindOf(each)).toMatch(/^(data_mismatch|wrong_device)$/)
    expect((await stockOf(db, rice)).stock).toBe(98)
    expect(await db.query('SELECT closed_at FROM shifts WHERE shift_offline_id = $1', [shift])).toEqual([
      { closed_at: null },
    ])
  })

  it('that voids first and dates refunds back hands out no more than was paid, and all of it is marked', async () => {
    const at = (minutes: number) => ({ created_at_device: new Date(Date.now() - minutes * 60_000).toISOString() })
    const sold = sale([{ product_id: rice, quantity: 2 }], { device_id: rogue.deviceId, ...at(1) })
    const undone = voidOf(sold.offline_id, at(2))
    await send(rogue, { voids: [undone] })
    await send(rogue, { transactions: [sold] })
    const back = (amount: number) =>
      refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount }], { ...at(3), approved_by: null })
    const first = back(20_000)
    expect(await kindOf({ refunds: [first] })).toBeNull()
    expect(await kindOf({ refunds: [back(10_001)] })).toBe('amount_exceeded')
    expect(await kindOf({ refunds: [back(10_000)] })).toBeNull()
    expect(await kindOf({ refunds: [back(0)] })).toBe('quantity_exceeded')
    expect(await db.query('SELECT amount FROM voids WHERE offline_id = $1', [undone.offline_id])).toEqual([
      { amount: 0 },
    ])
    expect(
      await db.query(`SELECT FROM transactions WHERE status = 'paid' AND device_id = $1`, [rogue.deviceId]),
    ).toEqual([])
    expect((await stockOf(db, rice)).stock).toBe(100)
    expect(await marksOf(first)).toEqual(['approval_missing', 'refund_share'])
  })

  it.each([
    ['a quantity below zero', () => ({ items: [{ product_id: rice, quantity: -1, price: 15_000 }] })],
    ['a total below zero', () => ({ grand_total: -1 })],
    ['half a rupiah', () => ({ grand_total: 0.5 })],
    ['a million million and one', () => ({ grand_total: 1_000_000_000_001 })],
    ['no date', () => ({ created_at_device: 'yesterday' })],
    ['an id that is none', () => ({ offline_id: 'x' })],
    ['a branch of others', () => ({ branch_code: 'BRN-MST-OSK00002' })],
  ])('sends %s: refused by itself, and its good sale is booked', async (_, fields) => {
    const own = { device_id: rogue.deviceId }
    const bad = { ...sale([{ product_id: rice, quantity: 1 }], own), ...fields() }
    const results = await send(rogue, { transactions: [bad, sale([{ product_id: rice, quantity: 1 }], own)] })
    expect(results.map(({ success }) => success)).toEqual([false, true])
    expect((await stockOf(db, rice)).stock).toBe(99)
  })
})

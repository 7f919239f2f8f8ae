/** After a restore each counter sends again what it has, in its own time. What comes of it must not hang on who was first. */
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { beginLife } from '../../server/sql/epoch.ts'
import { readTakings } from '../../server/sql/reports.ts'
import { shopDay } from '../../src/domain/shop-day.ts'
import { type Approver, makeApprover } from './approval-support.ts'
import {
  AT,
  addDevice,
  cashMovement,
  closing,
  opening,
  payment,
  refundOf,
  sale,
  stockOf,
  type Upload,
  upload,
  uploadOne,
  voidOf,
} from './selling-support.ts'
import { addProduct, one, openTestDatabase } from './support.ts'

const B = { deviceId: 'DEV-B' }
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

/** Two counters, A and B, a supervisor (2) whose key B has, and a database that was taken back a moment ago. */
async function openShop({ isTakenBack = true } = {}) {
  const { db } = await openTestDatabase()
  const rice = await addProduct(db, { stock: 1000 })
  for (const id of ['DEV-A', 'DEV-B', 'DEV-C']) await addDevice(db, id)
  await db.query(
    `INSERT INTO staff (id, branch_id, name, role, pin_hash) VALUES
       (1, 1, 'Sari', 'cashier', 'x'), (2, 1, 'Dewi', 'supervisor', 'x'), (3, 1, 'Ratna', 'supervisor', 'x')`,
  )
  const dewi = await makeApprover({ deviceId: 'DEV-B', staffId: 2 })
  await dewi.register(db)
  if (isTakenBack) await db.transaction((tx) => beginLife(tx))
  return { db, rice, dewi }
}

/** B's void of a sale, with the supervisor's signature for `amount` rupiah. */
async function allowedVoid(by: Approver, saleId: string, amount: number, fields: Record<string, unknown> = {}) {
  const undone = voidOf(saleId, { device_id: 'DEV-B', ...fields })
  const facts = { what: 'void', record: undone.offline_id, sale: saleId, amount, base: null } as const
  return { ...undone, approval_proof: await by.sign(facts) }
}

const marksOf = async (db: Database, { offline_id }: { offline_id: string }) =>
  (
    await db.query<{ kind: string }>('SELECT kind FROM sale_marks WHERE offline_id = $1 ORDER BY kind', [offline_id])
  ).map(({ kind }) => kind)
const statusOf = async (db: Database, { offline_id }: { offline_id: string }) =>
  (await one<{ status: string }>(db, 'SELECT status FROM transactions WHERE offline_id = $1', [offline_id])).status

function ordersOf<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]]
  return all.flatMap((first) => ordersOf(all.filter((each) => each !== first)).map((rest) => [first, ...rest]))
}

interface Part {
  readonly body: Upload
  readonly deviceId: string
}

/** Each part on its own, in this order; what is postponed comes again after the others, as counters do it. Everything is booked. */
async function bring(db: Database, parts: readonly Part[]): Promise<void> {
  let waiting = parts
  for (let round = 0; waiting.length > 0; round++) {
    if (round > parts.length) throw new Error('it never ends')
    const left: Part[] = []
    for (const part of waiting) {
      const { results } = await upload(db, part.body, part)
      const kinds = results.map(({ error_kind: kind }) => kind).filter((kind) => kind !== null)
      for (const kind of kinds) expect(kind).toBe('unavailable')
      if (kinds.length > 0) left.push(part)
    }
    waiting = left
  }
}

describe('[S6] after a restore a sale, its refund and another counter’s void of it', () => {
  /** What the owner sees of them. */
  async function outcome(db: Database, shift: { a: string; b: string }, ids: { sold: string; undone: string }) {
    const day = shopDay(Date.parse(AT))
    const { totals } = await readTakings(db, { branchId: 1, from: day, to: day, limit: null })
    const { count, sales, refunds, refund_count } = totals
    return {
      takings: { count, sales, refunds, refund_count },
      sold: await db.query(
        `SELECT t.status, t.payment_status, t.grand_total FROM transactions t
          WHERE t.offline_id = $1 OR t.refund_of = (SELECT id FROM transactions WHERE offline_id = $1) ORDER BY grand_total`,
        [ids.sold],
      ),
      undone: await one(db, 'SELECT amount, reason FROM voids WHERE offline_id = $1 AND transaction_id IS NOT NULL', [
        ids.undone,
      ]),
      allowed: await db.query('SELECT what, proof FROM approvals WHERE offline_id = $1', [ids.undone]),
      drawers: await db.query(
        `SELECT device_id, booked_cash FROM shifts WHERE shift_offline_id IN ($1, $2) ORDER BY device_id`,
        [shift.a, shift.b],
      ),
    }
  }

  test('come to the same in each of their orders, before and after the shifts were closed', async () => {
    const { db, rice, dewi } = await openShop()
    const outcomes: unknown[] = []
    const closings = ['closeA', 'closeB'] as const
    const orders = ordersOf(['sale', 'refund', 'void'] as const)
    for (const order of orders.flatMap((each) => [
      [...each, ...closings],
      [...closings, ...each],
    ])) {
      const shift = { a: randomUUID(), b: randomUUID() }
      const own = { shift_offline_id: shift.a, staff_id: 1, device_id: 'DEV-A' }
      const sold = sale([{ product_id: rice, quantity: 3 }], { ...own, created_at_device: minutesAgo(5) })
      const cash = payment(sold.offline_id, 45_000, { payment_method: 'CASH', created_at_device: minutesAgo(5) })
      const back = refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }], {
        ...own,
        created_at_device: minutesAgo(4),
      })
      const undone = await allowedVoid(dewi, sold.offline_id, 45_000, {
        shift_offline_id: shift.b,
        created_at_device: minutesAgo(3),
      })
      const at = { created_at_device: minutesAgo(2) }
      const open = (id: string, device_id: string) =>
        opening({ offline_id: id, shift_offline_id: id, device_id, created_at_device: minutesAgo(9) })
      const parts = {
        sale: { body: { transactions: [sold], payments: [cash] }, deviceId: 'DEV-A' },
        refund: { body: { refunds: [back] }, deviceId: 'DEV-A' },
        void: { body: { voids: [undone] }, deviceId: 'DEV-B' },
        closeA: { body: { shifts: [closing({ shift_offline_id: shift.a, ...at })] }, deviceId: 'DEV-A' },
        closeB: { body: { shifts: [closing({ shift_offline_id: shift.b, ...at })] }, deviceId: 'DEV-B' },
      }
      await bring(db, [
        { body: { shifts: [open(shift.a, 'DEV-A')] }, deviceId: 'DEV-A' },
        { body: { shifts: [open(shift.b, 'DEV-B')] }, deviceId: 'DEV-B' },
        ...order.map((name) => parts[name]),
      ])
      outcomes.push(await outcome(db, shift, { sold: sold.offline_id, undone: undone.offline_id }))
      expect(await stockOf(db, rice), order.join()).toEqual({ stock: 1000, places: [1000] })
      expect(await marksOf(db, sold), order.join()).toEqual([])
    }
    const [inOrder] = outcomes
    expect(inOrder).toEqual({
      takings: { count: 0, sales: 0, refunds: 0, refund_count: 0 },
      sold: [
        { status: 'void', payment_status: 'void', grand_total: -15_000 },
        { status: 'void', payment_status: 'void', grand_total: 45_000 },
      ],
      undone: { amount: 30_000, reason: 'salah input' },
      allowed: [{ what: 'void', proof: 'proven' }],
      drawers: [
        { device_id: 'DEV-A', booked_cash: 200_000 + 45_000 - 15_000 },
        { device_id: 'DEV-B', booked_cash: 200_000 },
      ],
    })
    for (const each of outcomes) expect(each).toEqual(inOrder)
  })

  test('a late payment of an open sale comes to the same whether the sale, it or the void is first', async () => {
    const { db, rice, dewi } = await openShop()
    for (const order of ordersOf(['sale', 'payment', 'void'] as const)) {
      const draft = { status: 'draft', payment_status: 'pending_payment', created_at_device: minutesAgo(5) }
      const sold = sale([{ product_id: rice, quantity: 2 }], draft)
      const part = payment(sold.offline_id, 20_000, { created_at_device: minutesAgo(4) })
      const undone = await allowedVoid(dewi, sold.offline_id, 30_000, { created_at_device: minutesAgo(3) })
      const parts = {
        sale: { body: { transactions: [sold] }, deviceId: 'DEV-A' },
        payment: { body: { payments: [part] }, deviceId: 'DEV-A' },
        void: { body: { voids: [undone] }, deviceId: 'DEV-B' },
      }
      await bring(
        db,
        order.map((name) => parts[name]),
      )
      expect(await statusOf(db, sold)).toBe('void')
      const amount = one(db, 'SELECT amount FROM voids WHERE offline_id = $1', [undone.offline_id])
      expect(await amount, order.join()).toEqual({ amount: 20_000 })
      expect((await stockOf(db, rice)).stock).toBe(1000)
    }
  })

  test('what was given back after the void is refused, whichever came first', async () => {
    const { db, rice, dewi } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 1 }], { created_at_device: minutesAgo(5) })
    const undone = await allowedVoid(dewi, sold.offline_id, 15_000, { created_at_device: minutesAgo(3) })
    await uploadOne(db, { voids: [undone] }, B)
    await uploadOne(db, { transactions: [sold] })
    const back = refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }], {
      created_at_device: minutesAgo(2),
    })
    expect(await uploadOne(db, { refunds: [back] })).toMatchObject({ error_kind: 'already_void' })
    const paid = payment(sold.offline_id, 1, { created_at_device: minutesAgo(2) })
    expect((await uploadOne(db, { payments: [paid] })).success).toBe(false)
    expect((await stockOf(db, rice)).stock).toBe(1000)
  })

  test('[Q4] a refund and the void after it go up in one request: both are booked', async () => {
    const { db, rice } = await openShop({ isTakenBack: false })
    const sold = sale([{ product_id: rice, quantity: 3 }], { created_at_device: minutesAgo(5) })
    const back = refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }], {
      created_at_device: minutesAgo(4),
    })
    const undone = voidOf(sold.offline_id, { created_at_device: minutesAgo(3) })
    const other = sale([{ product_id: rice, quantity: 1 }])
    const late = refundOf(other.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }])
    const gone = voidOf(other.offline_id, { created_at_device: minutesAgo(6) })
    const { results } = await upload(db, { transactions: [sold, other], voids: [undone, gone], refunds: [back, late] })
    expect(results.map(({ type, error_kind: kind }) => [type, kind])).toEqual([
      ['transaction', null],
      ['transaction', null],
      ['void', null],
      ['void', null],
      ['refund', null],
      ['refund', 'already_void'],
    ])
    expect(await one(db, 'SELECT amount FROM voids WHERE offline_id = $1', [undone.offline_id])).toEqual({
      amount: 30_000,
    })
  })
})

describe('[Q5] what is about something that the server does not have', () => {
  const about = {
    refund: (at: string) => ({
      refunds: [refundOf(randomUUID(), [{ product_id: 1, quantity: 1, amount: 1 }], { created_at_device: at })],
    }),
    payment: (at: string) => ({ payments: [payment(randomUUID(), 1, { created_at_device: at })] }),
    cash: (at: string) => ({ cash_movements: [cashMovement({ created_at_device: at })] }),
    closing: (at: string) => ({ shifts: [closing({ created_at_device: at })] }),
  }

  test.each(Object.entries(about))(
    '%s: is postponed in the days after a restore if it is of before, else refused',
    async (_, make) => {
      const { db } = await openShop()
      const kindOf = async (at: string) => (await uploadOne(db, make(at), B)).error_kind
      expect(await kindOf(minutesAgo(5))).toBe('unavailable')
      expect(await kindOf(new Date(Date.now() + 60_000).toISOString())).toMatch(/^unknown_/)
      await db.query(`UPDATE log_state SET started_at = now() - interval '8 days'`)
      expect(await kindOf(new Date(Date.now() - 9 * 86_400_000).toISOString())).toMatch(/^unknown_/)
      await db.query(`UPDATE log_state SET started_at = now() - interval '6 days'`)
      expect(await kindOf(new Date(Date.now() - 9 * 86_400_000).toISOString())).toBe('unavailable')
      expect(await kindOf(minutesAgo(5))).toMatch(/^unknown_/)
      expect(await db.query('SELECT FROM operations')).toEqual([])
    },
  )

  test('in a database that never was taken back is refused for good', async () => {
    const { db } = await openShop({ isTakenBack: false })
    await db.query(`UPDATE log_state SET started_at = now()`)
    for (const make of Object.values(about)) {
      expect((await uploadOne(db, make(minutesAgo(5)), B)).error_kind).toMatch(/^unknown_/)
    }
  })
})

describe('[Q3] a void by another counter that is here before its sale', () => {
  const withoutProof = {
    'that nobody is said to have allowed': async (_: Approver, id: string) => voidOf(id, { approved_by: null }),
    'that somebody is only said to have allowed': async (_: Approver, id: string) => voidOf(id),
    'with rubbish as its proof': async (_: Approver, id: string) => voidOf(id, { approval_proof: 'a.b.c' }),
    'allowed for another sale': async (by: Approver, id: string) => ({
      ...voidOf(id),
      approval_proof: (await allowedVoid(by, randomUUID(), 60_000)).approval_proof,
    }),
    'allowed as another void': async (by: Approver, id: string) => ({
      ...voidOf(id),
      approval_proof: (await allowedVoid(by, id, 60_000)).approval_proof,
    }),
    'allowed in the name of somebody else': (by: Approver, id: string) =>
      allowedVoid(by, id, 60_000, { approved_by: 3 }),
    'allowed at another device': (by: Approver, id: string) => allowedVoid(by, id, 60_000, { device_id: 'DEV-C' }),
    'allowed for another sum': (by: Approver, id: string) => allowedVoid(by, id, 59_999),
    'allowed with a key that nobody has shown': async (_: Approver, id: string) =>
      allowedVoid(await makeApprover({ deviceId: 'DEV-B', staffId: 2 }), id, 60_000),
  }

  test.each(Object.entries(withoutProof))(
    '%s: does not touch the sale, and is for the owner to see',
    async (name, make) => {
      const { db, rice, dewi } = await openShop()
      const sold = sale([{ product_id: rice, quantity: 4 }], { created_at_device: minutesAgo(5) })
      const undone = await make(dewi, sold.offline_id)
      expect((await uploadOne(db, { voids: [undone] }, B)).success).toBe(true)
      expect((await uploadOne(db, { transactions: [sold] })).success).toBe(true)
      expect(await statusOf(db, sold)).toBe('paid')
      expect((await stockOf(db, rice)).stock).toBe(996)
      expect(await marksOf(db, sold)).toEqual(['void_by_other'])
      if (name.endsWith('another sum')) expect(await marksOf(db, undone)).toEqual(['approval_forged'])
    },
  )

  test('counts as soon as the sale comes once its key is known, and stands as proven then', async () => {
    const { db, rice } = await openShop()
    const ratna = await makeApprover({ deviceId: 'DEV-B', staffId: 3 })
    const sold = sale([{ product_id: rice, quantity: 4 }], { created_at_device: minutesAgo(5) })
    const undone = await allowedVoid(ratna, sold.offline_id, 60_000, { approved_by: 3 })
    await uploadOne(db, { voids: [undone] }, B)
    expect(await marksOf(db, undone)).toEqual(['approval_unproven'])
    await ratna.register(db)
    await uploadOne(db, { transactions: [sold] })
    expect(await statusOf(db, sold)).toBe('void')
    expect(await marksOf(db, undone)).toEqual([])
    expect(await db.query('SELECT proof FROM approvals')).toEqual([{ proof: 'proven' }])
  })

  test('does not hide a proven one of a third counter, and the first that counts is the only one', async () => {
    const { db, rice, dewi } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 4 }], { created_at_device: minutesAgo(5) })
    await uploadOne(db, { voids: [voidOf(sold.offline_id)] }, { deviceId: 'DEV-C' })
    const undone = await allowedVoid(dewi, sold.offline_id, 60_000)
    await uploadOne(db, { voids: [undone] }, B)
    await uploadOne(db, { transactions: [sold] })
    expect(await statusOf(db, sold)).toBe('void')
    expect(await one(db, 'SELECT offline_id FROM voids WHERE transaction_id IS NOT NULL')).toEqual({
      offline_id: undone.offline_id,
    })
    expect((await stockOf(db, rice)).stock).toBe(1000)
  })

  test('[Q2] that is sent again when the sale is there does what any void of it does, once', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 4 }], { created_at_device: minutesAgo(5) })
    const undone = voidOf(sold.offline_id, { device_id: 'DEV-B' })
    const first = await uploadOne(db, { voids: [undone] }, B)
    await uploadOne(db, { transactions: [sold] })
    expect(await statusOf(db, sold)).toBe('paid')
    const again = await Promise.all([1, 2, 3].map(() => uploadOne(db, { voids: [undone] }, B)))
    for (const each of again) expect(each).toEqual(first)
    expect(await statusOf(db, sold)).toBe('void')
    expect(await one(db, 'SELECT amount FROM voids')).toEqual({ amount: 60_000 })
    expect((await stockOf(db, rice)).stock).toBe(1000)
    expect(await marksOf(db, sold)).toEqual([])
    expect(await marksOf(db, undone)).toEqual(['approval_unproven'])
  })
})

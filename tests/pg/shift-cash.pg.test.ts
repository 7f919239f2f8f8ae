import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { shutDeviceOut } from '../../server/devices/revoke-device.ts'
import { resolveConflict } from '../../server/selling/resolve-conflict.ts'
import { listShifts } from '../../server/sql/reports.ts'
import { shopDay } from '../../src/domain/shop-day.ts'
import { createFakeBroker } from '../integration/server/support.ts'
import {
  AT,
  addDevice,
  BRANCH,
  cashMovement,
  closing,
  opening,
  payment,
  refundOf,
  SHIFT,
  sale,
  upload,
  uploadOne,
  voidOf,
} from './selling-support.ts'
import { addProduct, one, openTestDatabase } from './support.ts'

const booked = async (db: Database) =>
  (await one<{ cash: number | null }>(db, 'SELECT booked_cash AS cash FROM shifts')).cash
const kinds = (db: Database) => db.query('SELECT operation, kind FROM sale_marks ORDER BY id')
const inShift = { shift_offline_id: SHIFT, staff_id: null }

async function openShop() {
  const { db } = await openTestDatabase()
  await addDevice(db, 'DEV-A')
  await addDevice(db, 'DEV-B')
  await db.query(`INSERT INTO staff (id, branch_id, name, role, pin_hash) VALUES (1, 1, 'Sari', 'cashier', 'x')`)
  return { db, rice: await addProduct(db, { stock: 10 }) }
}

describe('the cash that a shift should hold', () => {
  test('is the server’s own sum beside the device’s word, and is counted anew when something comes late', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 2 }], inShift)
    const parts = [payment(sold.offline_id, 20_000, { payment_method: 'CASH' }), payment(sold.offline_id, 10_000)]
    await upload(db, { shifts: [opening()], transactions: [sold], payments: parts })
    expect(await booked(db)).toBeNull()
    await uploadOne(db, { shifts: [closing({ expected_cash: 5 })] })
    expect(await booked(db)).toBe(220_000)
    await uploadOne(db, { transactions: [sale([{ product_id: rice, quantity: 1 }], inShift)] })
    expect(await booked(db)).toBe(235_000)
    const back = refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }], inShift)
    await uploadOne(db, { refunds: [back] })
    expect(await booked(db)).toBe(220_000)
    await uploadOne(db, { cash_movements: [cashMovement()] })
    expect(await booked(db)).toBe(195_000)
    expect(await db.query(`SELECT operation, claimed, computed FROM sale_marks WHERE kind = 'sum'`)).toEqual([
      { operation: 'shift', claimed: 220_000, computed: 195_000 },
    ])
    const day = shopDay(Date.parse(AT))
    expect(await listShifts(db, { branchId: 1, from: day, to: day, limit: null })).toMatchObject([
      { expected_cash: 5, booked_cash: 195_000, counted_cash: 260_000 },
    ])
  })

  test('is counted anew when the sale of an earlier shift comes whose void this closed shift paid back', async () => {
    const { db, rice } = await openShop()
    const earlier = randomUUID()
    const sold = sale([{ product_id: rice, quantity: 1 }], { shift_offline_id: earlier, staff_id: null })
    await uploadOne(db, { shifts: [opening()] })
    await uploadOne(db, { voids: [voidOf(sold.offline_id, inShift)] })
    await uploadOne(db, { shifts: [closing()] })
    expect(await booked(db)).toBe(200_000)
    const cash = payment(sold.offline_id, 15_000, { payment_method: 'CASH' })
    await upload(db, { transactions: [sold], payments: [cash] })
    expect(await booked(db)).toBe(185_000)
  })

  test('counts a sale that is booked at the same moment as the closing', async () => {
    const { db, rice } = await openShop()
    await uploadOne(db, { shifts: [opening()] })
    const sales = Array.from({ length: 8 }, () => sale([{ product_id: rice, quantity: 1 }], inShift))
    const outcomes = await Promise.all([
      ...sales.slice(0, 4).map((each) => uploadOne(db, { transactions: [each] })),
      uploadOne(db, { shifts: [closing()] }),
      ...sales.slice(4).map((each) => uploadOne(db, { transactions: [each] })),
    ])
    expect(outcomes.map(({ error }) => error)).toEqual(outcomes.map(() => null))
    expect(await booked(db)).toBe(200_000 + 8 * 15_000)
  })

  test('is not moved by what another device records under its name; that is booked and marked', async () => {
    const { db, rice } = await openShop()
    const sender = { deviceId: 'DEV-B' }
    await uploadOne(db, { shifts: [opening()] })
    const foreign = sale([{ product_id: rice, quantity: 1 }], { ...inShift, device_id: 'DEV-B' })
    await uploadOne(db, { transactions: [foreign] }, sender)
    expect((await uploadOne(db, { cash_movements: [cashMovement()] }, sender)).success).toBe(true)
    await uploadOne(db, { shifts: [closing()] })
    expect(await booked(db)).toBe(200_000)
    expect(await kinds(db)).toEqual([
      { operation: 'transaction', kind: 'foreign_shift' },
      { operation: 'cash_movement', kind: 'foreign_shift' },
    ])
  })

  test('only the device that opened it closes it', async () => {
    const { db } = await openShop()
    await uploadOne(db, { shifts: [opening()] })
    const sender = { deviceId: 'DEV-B' }
    expect(await uploadOne(db, { shifts: [closing()] }, sender)).toMatchObject({ error_kind: 'wrong_device' })
    expect(await one(db, 'SELECT closed_at FROM shifts')).toEqual({ closed_at: null })
    expect(await one(db, 'SELECT closed_at FROM shifts')).toEqual({ closed_at: null })
  })

  test('another device closes no shift and moves no cash in it by naming its device; all is marked', async () => {
    const { db, rice } = await openShop()
    const sender = { deviceId: 'DEV-B' }
    const named = { ...inShift, device_id: 'DEV-A' }
    const sold = sale([{ product_id: rice, quantity: 4 }], inShift)
    const cash = payment(sold.offline_id, 60_000, { payment_method: 'CASH' })
    await upload(db, { shifts: [opening()], transactions: [sold], payments: [cash] })
    const implied = sale([{ product_id: rice, quantity: 1 }], inShift)
    await uploadOne(db, { transactions: [implied] })
    const brought = {
      transactions: [sale([{ product_id: rice, quantity: 1 }], named)],
      refunds: [refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }], named)],
      cash_movements: [cashMovement({ amount: 150_000, device_id: 'DEV-A' })],
      shifts: [closing({ device_id: 'DEV-A', counted_cash: 0, expected_cash: 0 })],
    }
    expect((await upload(db, brought, sender)).results.map(({ error }) => error)).toEqual([null, null, null, null])
    expect(
      await uploadOne(db, { payments: [payment(implied.offline_id, 15_000, { payment_method: 'QRIS' })] }, sender),
    ).toMatchObject({ error_kind: 'wrong_device' })
    expect((await uploadOne(db, { voids: [voidOf(sold.offline_id, named)] }, sender)).success).toBe(true)
    expect(await one(db, 'SELECT closed_at FROM shifts')).toEqual({ closed_at: null })
    expect(await db.query(`SELECT operation FROM sale_marks WHERE kind = 'foreign_shift' ORDER BY operation`)).toEqual(
      ['cash_movement', 'refund', 'transaction', 'void'].map((operation) => ({ operation })),
    )
    expect(await db.query(`SELECT operation FROM sale_marks WHERE kind = 'closing_brought'`)).toEqual([
      { operation: 'shift' },
    ])
    await uploadOne(db, { shifts: [closing()] })
    expect(await booked(db)).toBe(200_000 + 60_000 + 15_000)
  })

  test('what another device carried counts when its own sends it too: each of it, and the closing', async () => {
    const { db, rice } = await openShop()
    const named = { ...inShift, device_id: 'DEV-A' }
    const sold = sale([{ product_id: rice, quantity: 3 }], named)
    const cash = payment(sold.offline_id, 45_000, { payment_method: 'CASH' })
    const file = {
      shifts: [opening({ device_id: 'DEV-A' }), closing({ device_id: 'DEV-A' })],
      transactions: [sold],
      payments: [cash],
      refunds: [refundOf(sold.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }], named)],
      cash_movements: [cashMovement({ device_id: 'DEV-A' })],
    }
    const first = await upload(db, file, { deviceId: 'DEV-B' })
    expect(first.success).toBe(true)
    expect((await upload(db, file, { deviceId: 'DEV-B' })).success).toBe(true)
    expect(await one(db, 'SELECT closed_at FROM shifts')).toEqual({ closed_at: null })
    const own = await upload(db, file)
    expect(own.results.map(({ server_id: id }) => id)).toEqual(first.results.map(({ server_id: id }) => id))
    expect(await one(db, 'SELECT closed_at IS NOT NULL AS closed FROM shifts')).toEqual({ closed: true })
    expect(await booked(db)).toBe(200_000 + 45_000 - 15_000 - 25_000)
  })

  test('a closed shift is counted anew when its device sends what another one carried', async () => {
    const { db, rice } = await openShop()
    const named = { ...inShift, device_id: 'DEV-A' }
    const sold = sale([{ product_id: rice, quantity: 1 }], named)
    await uploadOne(db, { shifts: [opening()] })
    await uploadOne(db, { transactions: [sold] }, { deviceId: 'DEV-B' })
    await uploadOne(db, { shifts: [closing()] })
    expect(await booked(db)).toBe(200_000)
    await uploadOne(db, { transactions: [sold] })
    expect(await booked(db)).toBe(215_000)
  })

  test('a brought closing holds once the owner revokes the shift’s device', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 1 }], { ...inShift, device_id: 'DEV-A' })
    const shifts = [opening({ device_id: 'DEV-A' }), closing({ device_id: 'DEV-A' })]
    await upload(db, { shifts, transactions: [sold] }, { deviceId: 'DEV-B' })
    expect(await booked(db)).toBeNull()
    const security = { note: () => undefined, flush: async () => undefined }
    await shutDeviceOut({ db, broker: createFakeBroker(), lines: () => undefined, security }, 'DEV-A')
    expect(await one(db, 'SELECT counted_cash, booked_cash FROM shifts')).toEqual({
      counted_cash: 260_000,
      booked_cash: 215_000,
    })
  })

  test('of a closed shift it is counted anew when its device is revoked, and marked with both sums', async () => {
    const { db, rice } = await openShop()
    const named = { ...inShift, device_id: 'DEV-A' }
    const other = { deviceId: 'DEV-B' }
    await upload(db, { shifts: [opening()], transactions: [sale([{ product_id: rice, quantity: 1 }], inShift)] })
    await uploadOne(db, { transactions: [sale([{ product_id: rice, quantity: 2 }], named)] }, other)
    await uploadOne(db, { cash_movements: [cashMovement({ device_id: 'DEV-A' })] }, other)
    // Another counter's sale, voided here: its money was handed back there, as far as anybody knows.
    const elsewhere = sale([{ product_id: rice, quantity: 1 }], { device_id: 'DEV-B' })
    await uploadOne(db, { transactions: [elsewhere] }, other)
    await uploadOne(db, { voids: [voidOf(elsewhere.offline_id, named)] })
    const closed = closing({ device_id: 'DEV-A' })
    await uploadOne(db, { shifts: [closed] })
    expect(await booked(db)).toBe(215_000)
    const security = { note: () => undefined, flush: async () => undefined }
    const deps = { db, broker: createFakeBroker(), lines: () => undefined, security }
    const change = () =>
      db.query(`SELECT operation, kind, claimed, computed FROM sale_marks WHERE offline_id = $1`, [closed.offline_id])
    expect(await change()).toEqual([])
    for (const _ of ['once', 'twice']) {
      await shutDeviceOut(deps, 'DEV-A')
      expect(await booked(db)).toBe(215_000 + 30_000 - 25_000)
      expect(await change()).toEqual([{ operation: 'shift', kind: 'sum', claimed: 215_000, computed: 220_000 }])
    }
    // What comes later still is counted as it comes; back at the first sum there is nothing to look at.
    await uploadOne(db, { cash_movements: [cashMovement({ device_id: 'DEV-A', amount: 5_000 })] }, other)
    expect(await booked(db)).toBe(215_000)
    expect(await change()).toEqual([])
    const day = shopDay(Date.parse(AT))
    expect(await listShifts(db, { branchId: 1, from: day, to: day, limit: null })).toMatchObject([
      { booked_cash: 215_000 },
    ])
  })

  test('what the owner decides counts in the shift, whichever device he decides at', async () => {
    const { db, rice } = await openShop()
    const first = sale([{ product_id: rice, quantity: 1 }], inShift)
    const other = { ...sale([{ product_id: rice, quantity: 3 }], inShift), offline_id: first.offline_id }
    await upload(db, { shifts: [opening()], transactions: [first] })
    const { conflicts } = await upload(db, { transactions: [other] })
    const decision = { resolution: 'keep_local', reason: null, approvedBy: null } as const
    const conflictId = Number(conflicts[0]?.conflict_id)
    const at = { deviceId: 'DEV-B', branchId: 1, branchCode: BRANCH }
    await resolveConflict({ db, clock: Date.now }, at, { conflictId, ...decision })
    await uploadOne(db, { shifts: [closing()] })
    expect(await booked(db)).toBe(245_000)
    expect(await db.query(`SELECT FROM sale_marks WHERE kind = 'foreign_shift'`)).toEqual([])
  })

  test('a payment that another device takes of an open sale lies in no drawer of the seller’s', async () => {
    const { db, rice } = await openShop()
    const draft = sale([{ product_id: rice, quantity: 2 }], {
      ...inShift,
      status: 'draft',
      payment_status: 'pending_payment',
    })
    await upload(db, { shifts: [opening()], transactions: [draft] })
    const part = (fields = {}) => payment(draft.offline_id, 15_000, { payment_method: 'CASH', ...fields })
    const [own, foreign] = [part(), part()]
    await uploadOne(db, { payments: [own] })
    expect((await uploadOne(db, { payments: [foreign] }, { deviceId: 'DEV-B' })).success).toBe(true)
    await uploadOne(db, { shifts: [closing()] })
    expect(await booked(db)).toBe(215_000)
    expect(await kinds(db)).toEqual([
      { operation: 'transaction', kind: 'unpaid' },
      { operation: 'payment', kind: 'foreign_shift' },
    ])
    await uploadOne(db, { payments: [foreign] })
    expect(await booked(db)).toBe(230_000)
  })

  test('a tablet that was paired anew goes on with the drawer of its revoked name', async () => {
    const { db, rice } = await openShop()
    const sold = sale([{ product_id: rice, quantity: 1 }], inShift)
    await upload(db, { shifts: [opening()], transactions: [sold] })
    await db.query(`UPDATE devices SET revoked_at = now() WHERE id = 'DEV-A'`)
    const sender = { deviceId: 'DEV-B' }
    const more = sale([{ product_id: rice, quantity: 1 }], { ...inShift, device_id: 'DEV-B' })
    await uploadOne(db, { transactions: [more] }, sender)
    expect((await uploadOne(db, { shifts: [closing()] }, sender)).success).toBe(true)
    expect(await booked(db)).toBe(230_000)
  })
})

import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { listShifts } from '../../server/sql/reports.ts'
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

  test('only the device that opened it closes it; what another one brings of it says so', async () => {
    const { db } = await openShop()
    await uploadOne(db, { shifts: [opening()] })
    const sender = { deviceId: 'DEV-B' }
    expect(await uploadOne(db, { shifts: [closing()] }, sender)).toMatchObject({ error_kind: 'wrong_device' })
    expect(await one(db, 'SELECT closed_at FROM shifts')).toEqual({ closed_at: null })
    expect((await uploadOne(db, { shifts: [closing({ device_id: 'DEV-A' })] }, sender)).success).toBe(true)
    expect(await kinds(db)).toEqual([{ operation: 'shift', kind: 'other_device' }])
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

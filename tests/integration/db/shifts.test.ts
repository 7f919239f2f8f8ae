/**
 * The expected cash of every shift against a drawer of which each rupiah is moved by hand: whatever is sold, voided, refunded
 * and moved, in whichever state of the queue, over any number of shifts.
 */
import 'fake-indexeddb/auto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { updateOperations } from '../../../src/db/sales/operations.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { OperationRow } from '../../../src/db/sales/sales-rows.ts'
import { readOpenShift, readShiftReport, readShifts } from '../../../src/db/sales/shifts.ts'
import { readUnsentCount } from '../../../src/db/sales/unsent-count.ts'
import { newCart } from '../../../src/domain/cart.ts'
import type { MethodAmount } from '../../../src/domain/shift.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import type { Actor, Sales } from '../../../src/sync/outbox/sales.ts'

const DEVICE = {
  device_id: 'DEV-DBBA60CF',
  device_name: 'Kasir depan',
  merchant: { code: 'MCH-MST-001', name: 'Toko Sumber Rejeki' },
  branch: { code: 'BRN-MST-OSK00001', name: 'Sumber Rejeki Kebayoran' },
  env: 'dev',
  mqtt: { url: 'ws://localhost/mqtt', protocol_version: 4, username: 'DEV-DBBA60CF', keepalive: 60 },
} as const

let salesDb: SalesDb
let sales: Sales
let clock: number
let ids: number

function newId(): string {
  ids += 1
  return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`
}

function openDevice(): void {
  clock = Date.UTC(2026, 10, 22, 1, 0)
  ids = 0
  salesDb = new SalesDb(`shifts-${Math.random()}`)
  sales = createSales({
    salesDb,
    http: () => Promise.reject(new Error('there is no network')),
    device: () => DEVICE,
    now: () => {
      clock += 1_000
      return clock
    },
    newId,
    keptFailures: () => Promise.resolve([]),
    onRecorded: () => undefined,
    journal: {
      note: (_kind, what, error) => {
        throw error ?? new Error(what)
      },
    },
  })
}

beforeEach(openDevice)
afterEach(async () => salesDb.delete())

const SARI: Actor = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: null }
const inShift = async (): Promise<Actor> => ({ ...SARI, shiftId: (await readOpenShift(salesDb))?.shiftId ?? null })

async function sell(payments: readonly { method: string; amount: number }[]): Promise<string> {
  const total = payments.reduce((sum, { amount }) => sum + amount, 0)
  const saleId = newId()
  const outcome = await sales.completeSale({
    saleId,
    cart: newCart({ cartId: newId(), saleId, createdAt: 0 }),
    items: [],
    subtotal: total,
    discount_total: 0,
    tax_total: 0,
    grand_total: total,
    partsVersion: 0,
    cart_discount: 0,
    rounding_total: 0,
    tax: null,
    note: null,
    payments: payments.map(({ method, amount }) => ({
      payment_method: method,
      amount,
      reference: null,
      tendered: method === 'CASH' ? amount + 3_000 : null,
    })),
    actor: await inShift(),
  })
  expect(outcome.ok).toBe(true)
  return saleId
}

async function become(id: string, change: Partial<OperationRow>): Promise<void> {
  await updateOperations(salesDb, [id], (row) => ({ ...row, ...change }))
}

async function close(countedCash: number): Promise<number> {
  const open = await readOpenShift(salesDb)
  const report = await readShiftReport(salesDb, open?.shiftId ?? '')
  if (!report) throw new Error('no shift is open')
  const { sums, unsent, shift } = report
  await sales.closeShift(
    {
      shiftId: shift.shiftId,
      countedCash,
      expectedCash: sums.expectedCash,
      totals: sums.methods.map(({ method, ...of }) => ({ payment_method: method, ...of })),
      unsentCount: unsent.count,
      note: null,
    },
    await inShift(),
  )
  return sums.expectedCash
}

/** How far the queue has come with a sale when something is done about it. */
const SENT: readonly Partial<OperationRow>[] = [
  {},
  { state: 'sending', ever_sent: true },
  { state: 'settled', ever_sent: true },
  { state: 'needs-decision', ever_sent: true, error: { kind: 'totals_mismatch', message: '', at: 0 } },
  { state: 'needs-decision', ever_sent: true, error: { kind: 'data_mismatch', message: '', at: 0 } },
]

function cashIn(payments: readonly MethodAmount[]): number {
  return payments.filter(({ method }) => method === 'CASH').reduce((sum, part) => sum + part.amount, 0)
}

const amount = fc.integer({ min: 1, max: 500_000 })
const step = fc.oneof(
  fc.record({
    do: fc.constant('sell' as const),
    payments: fc.array(fc.record({ method: fc.constantFrom('CASH', 'QRIS'), amount }), { minLength: 1, maxLength: 3 }),
    sent: fc.nat(SENT.length - 1),
  }),
  fc.record({ do: fc.constant('void' as const), which: fc.nat(2) }),
  fc.record({ do: fc.constant('refund' as const), which: fc.nat(2), method: fc.constantFrom('CASH', 'QRIS'), amount }),
  fc.record({ do: fc.constant('move' as const), direction: fc.constantFrom('in' as const, 'out' as const), amount }),
  fc.record({ do: fc.constant('next-shift' as const) }),
  // Back by hours, forward by days.
  fc.record({ do: fc.constant('set-clock' as const), by: fc.constantFrom(-3 * 3_600_000, 9 * 86_400_000) }),
)

describe('shifts of a device', () => {
  it('expect what lies in the drawer, and a closed one never changes, however the clock is set meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(amount, fc.array(step, { maxLength: 25 }), async (opening, steps) => {
        openDevice()
        let drawer = opening
        await sales.openShift(opening, SARI)
        const sold: { id: string; payments: readonly MethodAmount[]; isOver: boolean }[] = []
        const closed = new Map<string, unknown>()
        for (const one of steps) {
          const sale = 'which' in one ? sold[one.which % Math.max(1, sold.length)] : undefined
          if (one.do === 'sell') {
            const id = await sell(one.payments)
            await become(id, SENT[one.sent] ?? {})
            sold.push({ id, payments: one.payments, isOver: false })
            drawer += cashIn(one.payments)
          } else if (one.do === 'void' && sale && !sale.isOver) {
            const outcome = await sales.voidSale({ offlineId: sale.id, items: [] }, 'salah', await inShift())
            expect(outcome.ok).toBe(true)
            sale.isOver = true
            drawer -= cashIn(sale.payments)
          } else if (one.do === 'refund' && sale && !sale.isOver) {
            const left = sale.payments.find(({ method }) => method === one.method)
            const back = Math.min(one.amount, left?.amount ?? 0)
            const refund = { lines: [], refundTotal: back, paymentMethod: one.method, reference: null, reason: 'x' }
            await sales.refundSale({ offlineId: sale.id, items: [] }, refund, await inShift())
            sale.payments = sale.payments.map((part) =>
              part === left ? { ...part, amount: part.amount - back } : part,
            )
            if (one.method === 'CASH') drawer -= back
          } else if (one.do === 'move') {
            await sales.moveCash(
              { movementId: newId(), direction: one.direction, amount: one.amount, reason: 'x' },
              await inShift(),
            )
            drawer += one.direction === 'in' ? one.amount : -one.amount
          } else if (one.do === 'set-clock') {
            clock += one.by
          } else if (one.do === 'next-shift') {
            const open = await readOpenShift(salesDb)
            expect(await close(drawer)).toBe(drawer)
            closed.set(open?.shiftId ?? '', (await readShiftReport(salesDb, open?.shiftId ?? ''))?.sums)
            await sales.openShift(drawer, SARI)
          }
        }
        expect(await close(drawer)).toBe(drawer)
        for (const [shiftId, sums] of closed) expect((await readShiftReport(salesDb, shiftId))?.sums).toEqual(sums)
        expect(await readOpenShift(salesDb)).toBeNull()
        await salesDb.delete()
      }),
      { numRuns: 150 },
    )
  })

  it('an unsent sale that is voided after the clock was set back is out of the sums of its shift', async () => {
    await sales.openShift(100_000, SARI)
    const id = await sell([{ method: 'CASH', amount: 25_000 }])
    clock -= 3 * 3_600_000
    await sales.voidSale({ offlineId: id, items: [] }, 'salah', await inShift())
    expect(await close(100_000)).toBe(100_000)
  })

  it('a refund of an unsent sale that is voided in a later shift, the clock set back, stays in its own', async () => {
    await sales.openShift(100_000, SARI)
    const id = await sell([{ method: 'CASH', amount: 25_000 }])
    const refund = { lines: [], refundTotal: 10_000, paymentMethod: 'CASH', reference: null, reason: 'x' }
    await sales.refundSale({ offlineId: id, items: [] }, refund, await inShift())
    const first = (await readOpenShift(salesDb))?.shiftId ?? ''
    expect(await close(115_000)).toBe(115_000)
    await sales.openShift(115_000, SARI)
    clock -= 3 * 3_600_000
    await sales.voidSale({ offlineId: id, items: [] }, 'salah', await inShift())
    expect(await close(100_000)).toBe(100_000)
    expect((await readShiftReport(salesDb, first))?.sums.expectedCash).toBe(115_000)
  })

  it('[Q2] cash that is moved by two taps at once is one movement', async () => {
    await sales.openShift(100_000, SARI)
    const movement = { movementId: newId(), direction: 'out', amount: 30_000, reason: 'es batu' } as const
    const by = await inShift()
    const outcomes = await Promise.all([sales.moveCash(movement, by), sales.moveCash(movement, by)])
    expect(outcomes).toMatchObject([{ ok: true }, { ok: false, reason: 'already-done' }])
    const report = await readShiftReport(salesDb, by.shiftId ?? '')
    expect(report?.sums.expectedCash).toBe(70_000)
    expect(report?.movements).toHaveLength(1)
  })

  it('a sale voided in the same shift is gone from its sums; in a later one its money goes out there', async () => {
    await sales.openShift(100_000, SARI)
    const [kept, undone, later] = [
      await sell([{ method: 'CASH', amount: 10_000 }]),
      await sell([{ method: 'CASH', amount: 20_000 }]),
      await sell([
        { method: 'QRIS', amount: 5_000 },
        { method: 'CASH', amount: 7_000 },
      ]),
    ]
    await become(kept, { state: 'settled', ever_sent: true })
    await sales.voidSale({ offlineId: undone, items: [] }, 'salah', await inShift())
    const first = (await readOpenShift(salesDb))?.shiftId ?? ''
    expect((await readShiftReport(salesDb, first))?.sums).toMatchObject({
      expectedCash: 117_000,
      saleCount: 2,
      voidCount: 1,
      sales: 22_000,
      refunds: 0,
    })
    await close(117_000)
    await sales.openShift(117_000, SARI)
    await sales.voidSale({ offlineId: later, items: [] }, 'salah', await inShift())
    const second = (await readOpenShift(salesDb))?.shiftId ?? ''
    expect((await readShiftReport(salesDb, second))?.sums).toMatchObject({
      expectedCash: 110_000,
      saleCount: 0,
      voidCount: 1,
      methods: [
        { method: 'CASH', count: 0, sales: 0, refunds: 7_000 },
        { method: 'QRIS', count: 0, sales: 0, refunds: 5_000 },
      ],
    })
    expect((await readShiftReport(salesDb, first))?.sums.expectedCash).toBe(117_000)
  })

  it('a void of another counter’s sale is named apart, because its money is not known here', async () => {
    await sales.openShift(100_000, SARI)
    await sales.voidSale({ offlineId: newId(), items: [] }, 'salah', await inShift())
    const shiftId = (await readOpenShift(salesDb))?.shiftId ?? ''
    const report = await readShiftReport(salesDb, shiftId)
    expect(report?.sums).toMatchObject({ expectedCash: 100_000, voidCount: 1, unknownVoidCount: 1 })
  })

  it('unsent sales are in the sums and are named apart, with what is refused among them', async () => {
    await sales.openShift(0, SARI)
    const sold = [1_000, 2_000, 4_000, 8_000, 16_000].map((cash) => sell([{ method: 'CASH', amount: cash }]))
    const [, sending = '', refused = '', settled = '', undone = ''] = await Promise.all(sold)
    await become(sending, { state: 'sending', ever_sent: true })
    await become(refused, { state: 'needs-decision', ever_sent: true })
    await become(settled, { state: 'settled', ever_sent: true })
    await sales.voidSale({ offlineId: undone, items: [] }, 'salah', await inShift())
    const report = await readShiftReport(salesDb, (await readOpenShift(salesDb))?.shiftId ?? '')
    expect(report?.unsent).toEqual({ count: 3, amount: 7_000 })
    expect(report?.sums.cashSales).toBe(15_000)
    expect(await readUnsentCount(salesDb)).toEqual({ sales: 3, needDecision: 1 })
  })

  it('keeps what was counted at the closing, and lists the newest first', async () => {
    await sales.openShift(50_000, SARI)
    await close(48_000)
    await sales.openShift(48_000, { ...SARI, staffId: 2, staffName: 'Budi' })
    const [second, first] = await readShifts(salesDb)
    expect(second).toMatchObject({ staffName: 'Budi', openingCash: 48_000, closing: null })
    expect(first).toMatchObject({
      staffName: 'Sari',
      openingCash: 50_000,
      closing: { counted_cash: 48_000, expected_cash: 50_000, staff_name: 'Sari' },
    })
    expect(await readOpenShift(salesDb)).toMatchObject({ shiftId: second?.shiftId, staffName: 'Budi' })
  })

  it('a shift that was imported from another device’s file is not this drawer', async () => {
    await sales.openShift(50_000, SARI)
    const id = (await readOpenShift(salesDb))?.shiftId ?? ''
    const decision = { what: 'imported', reason: '', staff_id: 1, approved_by: null, at: clock } as const
    await become(id, { decisions: [decision] })
    expect(await readOpenShift(salesDb)).toBeNull()
    expect(await readShifts(salesDb)).toEqual([])
  })
})

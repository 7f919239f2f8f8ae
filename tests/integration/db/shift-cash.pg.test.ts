/**
 * What a shift's drawer should hold, counted twice: by the device from its own queue, and by the server from what is booked. Over
 * random days of several shifts both come to the same, and the device's word changes nothing of the server's.
 */
import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { syncBatch } from '../../../server/selling/batch-sync.ts'
import { updateOperations } from '../../../src/db/sales/operations.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { readOpenShift, readShiftReport } from '../../../src/db/sales/shifts.ts'
import { newCart } from '../../../src/domain/cart.ts'
import { toBatchRequest } from '../../../src/sync/outbox/batch-request.pure.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import type { Actor } from '../../../src/sync/outbox/sales.ts'
import { BRANCH } from '../../pg/selling-support.ts'
import { openTestDatabase } from '../../pg/support.ts'

const DEVICE = {
  device_id: 'DEV-DBBA60CF',
  device_name: 'Kasir depan',
  merchant: { code: 'MCH-MST-001', name: 'Toko Sumber Rejeki' },
  branch: { code: BRANCH, name: 'Sumber Rejeki Kebayoran' },
  env: 'dev',
  mqtt: { url: 'ws://localhost/mqtt', protocol_version: 4, username: 'DEV-DBBA60CF', keepalive: 60 },
} as const
const SARI: Actor = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: null }

function openDevice() {
  const salesDb = new SalesDb(`shift-cash-${Math.random()}`)
  let clock = Date.now() - 600_000
  const sales = createSales({
    salesDb,
    http: () => Promise.reject(new Error('there is no network')),
    device: () => DEVICE,
    now: () => {
      clock += 1_000
      return clock
    },
    newId: randomUUID,
    keptFailures: () => Promise.resolve([]),
    onRecorded: () => undefined,
    journal: {
      note: (_kind, what, error) => {
        throw error ?? new Error(what)
      },
    },
  })
  return { salesDb, sales }
}

/** Sends what is queued, one by one in the order in which it was recorded. */
async function send(db: Database, salesDb: SalesDb): Promise<void> {
  const rows = await salesDb.operations.orderBy('[state+place]').toArray()
  for (const row of rows.filter(({ state }) => state === 'queued').toSorted((a, b) => a.place - b.place)) {
    const request = toBatchRequest([row], DEVICE.device_id, new Date().toISOString())
    const device = { deviceId: DEVICE.device_id, branchId: 1, branchCode: BRANCH }
    const outcome = await syncBatch({ db, clock: Date.now, lines: () => undefined }, device, request)
    expect(outcome.results.map(({ error }) => error)).toEqual(outcome.results.map(() => null))
    await updateOperations(salesDb, [row.offline_id], (each) => ({ ...each, state: 'settled', ever_sent: true }))
  }
}

const amount = fc.integer({ min: 1, max: 500_000 })
const method = fc.constantFrom('CASH', 'QRIS')
const step = fc.oneof(
  fc.record({
    do: fc.constant('sell' as const),
    payments: fc.array(fc.record({ method, amount }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ do: fc.constant('void' as const), which: fc.nat(2) }),
  fc.record({ do: fc.constant('refund' as const), which: fc.nat(2), method, amount }),
  fc.record({ do: fc.constant('move' as const), direction: fc.constantFrom('in' as const, 'out' as const), amount }),
  fc.record({ do: fc.constant('next-shift' as const) }),
)

test('the server expects of every shift what its device expects, whatever the device says at the closing', async () => {
  const { db } = await openTestDatabase()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.boolean(), async (steps, isLate) => {
      const { salesDb, sales } = openDevice()
      const inShift = async (): Promise<Actor> => ({
        ...SARI,
        shiftId: (await readOpenShift(salesDb))?.shiftId ?? null,
      })
      const sold: { id: string; payments: { method: string; amount: number }[]; isOver: boolean }[] = []
      const expected = new Map<string, number>()
      const close = async () => {
        const shiftId = (await readOpenShift(salesDb))?.shiftId ?? ''
        const report = await readShiftReport(salesDb, shiftId)
        expected.set(shiftId, report?.sums.expectedCash ?? Number.NaN)
        const word = { countedCash: 1, expectedCash: 123_456_789, totals: [], unsentCount: 0, note: null }
        await sales.closeShift({ shiftId, ...word }, await inShift())
      }
      await sales.openShift(200_000, SARI)
      for (const one of steps) {
        const sale = 'which' in one ? sold[one.which % Math.max(1, sold.length)] : undefined
        if (one.do === 'sell') {
          const total = one.payments.reduce((sum, each) => sum + each.amount, 0)
          const saleId = randomUUID()
          const item = { product_id: 1, quantity: 1, price: total, discount: 0, product_name: 'x', unit: 'pcs' }
          await sales.completeSale({
            saleId,
            cart: newCart({ cartId: randomUUID(), saleId, createdAt: 0 }),
            items: [{ ...item, note: null, master_price: total, stock_shown: null }],
            subtotal: total,
            discount_total: 0,
            tax_total: 0,
            grand_total: total,
            partsVersion: 0,
            cart_discount: 0,
            rounding_total: 0,
            tax: null,
            note: null,
            payments: one.payments.map((each) => ({
              payment_method: each.method,
              amount: each.amount,
              reference: null,
              tendered: null,
            })),
            actor: await inShift(),
          })
          sold.push({ id: saleId, payments: one.payments, isOver: false })
        } else if (one.do === 'void' && sale && !sale.isOver) {
          sale.isOver = true
          await send(db, salesDb)
          await sales.voidSale({ offlineId: sale.id, items: [] }, 'salah', await inShift())
        } else if (one.do === 'refund' && sale && !sale.isOver) {
          const left = sale.payments.find((part) => part.method === one.method)
          const back = Math.min(one.amount, left?.amount ?? 0)
          const lines = [{ product_id: 1, quantity: 0.001, amount: back }]
          const refund = { lines, refundTotal: back, paymentMethod: one.method, reference: null, reason: 'x' }
          await sales.refundSale({ offlineId: sale.id, items: [] }, refund, await inShift())
          sale.payments = sale.payments.map((part) => (part === left ? { ...part, amount: part.amount - back } : part))
        } else if (one.do === 'move') {
          const { direction, amount: moved } = one
          await sales.moveCash({ movementId: randomUUID(), direction, amount: moved, reason: 'x' }, await inShift())
        } else if (one.do === 'next-shift') {
          await close()
          await sales.openShift(100_000, SARI)
        }
        if (!isLate) await send(db, salesDb)
      }
      await close()
      await send(db, salesDb)
      const booked = await db.query<{ id: string; told: number; cash: number }>(
        'SELECT shift_offline_id AS id, expected_cash AS told, booked_cash AS cash FROM shifts WHERE shift_offline_id = ANY($1::uuid[])',
        [[...expected.keys()]],
      )
      expect(new Map(booked.map(({ id, cash }) => [id, cash]))).toEqual(expected)
      expect(new Set(booked.map(({ told }) => told))).toEqual(new Set([123_456_789]))
      await salesDb.delete()
    }),
    { numRuns: 20 },
  )
})

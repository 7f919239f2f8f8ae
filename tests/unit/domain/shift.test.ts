import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countedCash, DENOMINATIONS, type ShiftEvent, shiftSums } from '../../../src/domain/shift.ts'

const rupiah = fc.integer({ min: 0, max: 100_000_000 })
const method = fc.constantFrom('CASH', 'QRIS', 'GOPAY', 'CARD')
const payment = fc.record({ method, amount: rupiah })
const payments = fc.array(payment, { minLength: 1, maxLength: 4 })
const event: fc.Arbitrary<ShiftEvent> = fc.oneof(
  fc.record({ kind: fc.constant('sale' as const), payments }),
  fc.record({ kind: fc.constant('undone-sale' as const) }),
  fc.record({ kind: fc.constant('late-void' as const), payments }),
  fc.record({ kind: fc.constant('unknown-void' as const) }),
  fc.record({ kind: fc.constant('refund' as const), payment }),
  fc.record({
    kind: fc.constant('movement' as const),
    direction: fc.constantFrom('in' as const, 'out' as const),
    amount: rupiah,
  }),
)
const events = fc.array(event, { maxLength: 60 })

/** What one event does to the drawer, said once more and otherwise than in the product. */
function drawerMove(of: ShiftEvent): number {
  const cash = (paid: readonly { method: string; amount: number }[]) =>
    paid.filter((part) => part.method === 'CASH').reduce((sum, part) => sum + part.amount, 0)
  if (of.kind === 'sale') return cash(of.payments)
  if (of.kind === 'late-void') return -cash(of.payments)
  if (of.kind === 'refund') return -cash([of.payment])
  if (of.kind === 'movement') return of.direction === 'in' ? of.amount : -of.amount
  return 0
}

describe('the sums of a shift', () => {
  it('expected cash is the opening cash and every move of the drawer, nothing else', () => {
    fc.assert(
      fc.property(rupiah, events, (opening, list) => {
        const sums = shiftSums(opening, list)
        expect(sums.expectedCash).toBe(list.reduce((cash, one) => cash + drawerMove(one), opening))
        expect(sums.expectedCash).toBe(opening + sums.cashSales - sums.cashRefunds + sums.cashIn - sums.cashOut)
      }),
    )
  })

  it('the methods add up to the totals, each stands once, cash first', () => {
    fc.assert(
      fc.property(rupiah, events, (opening, list) => {
        const { methods, sales, refunds, cashSales, cashRefunds } = shiftSums(opening, list)
        const names = methods.map((row) => row.method)
        expect(new Set(names).size).toBe(names.length)
        expect(names.includes('CASH') ? names.indexOf('CASH') : 0).toBe(0)
        expect(methods.reduce((sum, row) => sum + row.sales, 0)).toBe(sales)
        expect(methods.reduce((sum, row) => sum + row.refunds, 0)).toBe(refunds)
        const cash = methods.find((row) => row.method === 'CASH')
        expect([cashSales, cashRefunds]).toEqual([cash?.sales ?? 0, cash?.refunds ?? 0])
      }),
    )
  })

  it('the order of what happened changes nothing', () => {
    fc.assert(
      fc.property(rupiah, events, (opening, list) => {
        expect(shiftSums(opening, list.toReversed())).toEqual(shiftSums(opening, list))
      }),
    )
  })

  it('is whole rupiah, counts every event once, and never counts a sale twice by its parts', () => {
    fc.assert(
      fc.property(rupiah, events, (opening, list) => {
        const sums = shiftSums(opening, list)
        expect(Number.isSafeInteger(sums.expectedCash)).toBe(true)
        const moved = list.filter(({ kind }) => kind === 'movement').length
        expect(sums.saleCount + sums.voidCount + sums.refundCount + moved).toBe(list.length)
        for (const { count } of sums.methods) expect(count).toBeLessThanOrEqual(sums.saleCount)
      }),
    )
  })

  it('an undone sale leaves no money; a sale voided in the next shift leaves none over both', () => {
    fc.assert(
      fc.property(rupiah, events, payments, (opening, list, paid) => {
        const none = shiftSums(opening, list)
        expect(shiftSums(opening, [...list, { kind: 'undone-sale' }]).expectedCash).toBe(none.expectedCash)
        const first = shiftSums(opening, [...list, { kind: 'sale', payments: paid }])
        const second = shiftSums(first.expectedCash, [{ kind: 'late-void', payments: paid }])
        expect(second.expectedCash).toBe(none.expectedCash)
        expect(first.sales - second.refunds).toBe(none.sales)
      }),
    )
  })

  it('a split sale: each method has its part, and cash has what stayed after the change', () => {
    const sums = shiftSums(200_000, [
      {
        kind: 'sale',
        payments: [
          { method: 'QRIS', amount: 30_000 },
          { method: 'CASH', amount: 15_000 },
          { method: 'QRIS', amount: 5_000 },
        ],
      },
      { kind: 'refund', payment: { method: 'CASH', amount: 4_000 } },
      { kind: 'movement', direction: 'in', amount: 50_000 },
      { kind: 'movement', direction: 'out', amount: 20_000 },
    ])
    expect(sums.expectedCash).toBe(241_000)
    expect(sums.methods).toEqual([
      { method: 'CASH', count: 1, sales: 15_000, refunds: 4_000 },
      { method: 'QRIS', count: 1, sales: 35_000, refunds: 0 },
    ])
    expect([sums.saleCount, sums.refundCount, sums.voidCount]).toEqual([1, 1, 0])
  })

  it('notes and coins are counted by their worth', () => {
    expect(countedCash(new Map())).toBe(0)
    expect(countedCash(new Map(DENOMINATIONS.map((denomination) => [denomination, 2])))).toBe(377_600)
  })
})

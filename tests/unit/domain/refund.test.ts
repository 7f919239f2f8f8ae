import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toThousandths } from '../../../src/domain/quantity.ts'
import {
  type EarlierRefund,
  type PaidSale,
  type RefundChoice,
  type RefundSums,
  refundableProducts,
  refundLimit,
  refundSums,
} from '../../../src/domain/refund.ts'
import { cashRounding, lineGross, saleTotals } from '../../../src/domain/sale-totals.ts'

const CASH = { step: 500, mode: 'nearest' } as const

const line = fc
  .record({
    productId: fc.integer({ min: 1, max: 6 }),
    quantity: fc.oneof(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20_000 }).map((value) => value / 1000),
    ),
    price: fc.integer({ min: 0, max: 2_000_000 }),
    discountBp: fc.integer({ min: 0, max: 10_000 }),
  })
  .map(({ discountBp, ...sold }) => ({ ...sold, discount: Math.floor((lineGross(sold) * discountBp) / 10_000) }))

const cash = fc.record({
  step: fc.constantFrom(1, 50, 100, 500, 1000),
  mode: fc.constantFrom('nearest' as const, 'down' as const, 'up' as const),
})

/** A sale as a counter makes it: line and cart discounts, tax in or on top, cash rounding. */
const cashSale = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 8 }),
    cartDiscountBp: fc.integer({ min: 0, max: 10_000 }),
    tax: fc.option(fc.record({ rate_bp: fc.integer({ min: 0, max: 2500 }), included: fc.boolean() })),
    cash,
  })
  .map(({ lines, cartDiscountBp, tax, cash: rule }) => {
    const net = lines.reduce((sum, sold) => sum + lineGross(sold) - sold.discount, 0)
    const { grandTotal } = saleTotals(lines, { cartDiscount: Math.floor((net * cartDiscountBp) / 10_000), tax })
    return { sale: { lines, paid: grandTotal + cashRounding(grandTotal, rule.step, rule.mode) }, rule }
  })

/** Parts of what is left, in thousandths of it, one array a refund; an index picks the product. */
const part = fc.oneof(fc.constantFrom(0, 1000), fc.integer({ min: 0, max: 1000 }))
const steps = fc.array(fc.array(part, { maxLength: 6 }), { maxLength: 6 })

function asEarlier({ lines, total }: RefundSums): EarlierRefund {
  return { lines, total }
}

function choose(sale: PaidSale, earlier: readonly EarlierRefund[], parts: readonly number[]): RefundChoice[] {
  return refundableProducts(sale, earlier).map(({ productId, left }, index) => ({
    productId,
    quantity: Math.floor((toThousandths(left) * (parts[index] ?? 0)) / 1000) / 1000,
  }))
}

const everything = (sale: PaidSale, earlier: readonly EarlierRefund[]): RefundChoice[] =>
  refundableProducts(sale, earlier).map(({ productId, left }) => ({ productId, quantity: left }))

const sumOf = (refunds: readonly EarlierRefund[]): number => refunds.reduce((sum, { total }) => sum + total, 0)

describe('refund', () => {
  it('a full refund hands back exactly what was paid', () => {
    fc.assert(
      fc.property(cashSale, ({ sale, rule }) => {
        expect(refundSums(sale, [], everything(sale, []), null).total).toBe(sale.paid)
        expect(refundSums(sale, [], everything(sale, []), rule).total).toBe(sale.paid)
      }),
    )
  })

  it('all refunds of a sale together are never above what was paid, and end at exactly that', () => {
    fc.assert(
      fc.property(cashSale, steps, fc.boolean(), ({ sale, rule }, parts, isCash) => {
        const refunds: EarlierRefund[] = []
        for (const chosen of parts) {
          const sums = refundSums(sale, refunds, choose(sale, refunds, chosen), isCash ? rule : null)
          if (sums.lines.length > 0) refunds.push(asEarlier(sums))
          expect(sumOf(refunds)).toBeLessThanOrEqual(sale.paid)
        }
        const rest = refundSums(sale, refunds, everything(sale, refunds), isCash ? rule : null)
        if (rest.lines.length > 0) refunds.push(asEarlier(rest))
        expect(sumOf(refunds)).toBe(sale.paid)
        expect(refundableProducts(sale, refunds).every(({ left }) => left === 0)).toBe(true)
        expect(refundLimit(sale, refunds)).toBe(0)
      }),
    )
  })

  it('a cash refund of a sale that was not paid in cash is payable and never above the payment', () => {
    fc.assert(
      fc.property(cashSale, fc.integer({ min: 0, max: 999 }), cash, ({ sale }, more, rule) => {
        const odd = { ...sale, paid: sale.paid + more }
        const { total } = refundSums(odd, [], everything(odd, []), rule)
        expect(total).toBeLessThanOrEqual(odd.paid)
        expect(total % rule.step).toBe(0)
        expect(odd.paid - total).toBeLessThan(rule.step)
      }),
    )
  })

  it('lines add up to the total, are whole rupiah and never negative', () => {
    fc.assert(
      fc.property(cashSale, steps, ({ sale, rule }, parts) => {
        const refunds: EarlierRefund[] = []
        for (const chosen of parts) {
          const sums = refundSums(sale, refunds, choose(sale, refunds, chosen), rule)
          expect(sums.lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(sums.total)
          expect(sums.total).toBe(sums.goods + sums.rounding)
          for (const { amount } of sums.lines) {
            expect(Number.isSafeInteger(amount)).toBe(true)
            expect(amount).toBeGreaterThanOrEqual(0)
          }
          if (sums.lines.length > 0) refunds.push(asEarlier(sums))
        }
      }),
    )
  })

  it('the shares of the products add up to what was paid, each within a rupiah of its fair part', () => {
    fc.assert(
      fc.property(cashSale, ({ sale }) => {
        const products = refundableProducts(sale, [])
        expect(products.reduce((sum, { paid }) => sum + paid, 0)).toBe(sale.paid)
        const net = sale.lines.reduce((sum, sold) => sum + lineGross(sold) - sold.discount, 0)
        if (net === 0) return
        for (const { productId, paid } of products) {
          const own = sale.lines
            .filter((sold) => sold.productId === productId)
            .reduce((sum, sold) => sum + lineGross(sold) - sold.discount, 0)
          expect(Math.abs(paid - (sale.paid * own) / net)).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('a product that comes back piece by piece gives back its whole share, while others stay sold', () => {
    fc.assert(
      fc.property(cashSale, fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 8 }), ({ sale }, parts) => {
        const refunds: EarlierRefund[] = []
        for (const chosen of [...parts, 1000]) {
          const sums = refundSums(sale, refunds, choose(sale, refunds, [chosen]), null)
          if (sums.lines.length > 0) refunds.push(asEarlier(sums))
        }
        const [first, ...others] = refundableProducts(sale, refunds)
        expect(first?.left).toBe(0)
        expect(first?.handedBack).toBe(first?.paid)
        expect(others.every(({ handedBack }) => handedBack === 0)).toBe(true)
      }),
    )
  })

  it('more than what is left counts as what is left', () => {
    fc.assert(
      fc.property(cashSale, steps, ({ sale }, parts) => {
        const first = refundSums(sale, [], choose(sale, [], parts[0] ?? []), null)
        const refunds = [asEarlier(first)]
        const greedy = refundableProducts(sale, []).map(({ productId }) => ({ productId, quantity: 999_999 }))
        expect(refundSums(sale, refunds, greedy, null)).toEqual(
          refundSums(sale, refunds, everything(sale, refunds), null),
        )
      }),
    )
  })

  it('half of a weighed product, with its discounts and tax, is half of what was paid for it', () => {
    const lines = [
      { productId: 1, quantity: 1.5, price: 40_000, discount: 0 },
      { productId: 2, quantity: 2, price: 10_000, discount: 0 },
    ]
    const { grandTotal } = saleTotals(lines, { cartDiscount: 8_000, tax: { rate_bp: 1100, included: false } })
    const sums = refundSums({ lines, paid: grandTotal }, [], [{ productId: 1, quantity: 0.75 }], null)
    // 60,000 of 80,000 of 79,920.
    expect(sums).toEqual({
      lines: [{ product_id: 1, quantity: 0.75, amount: 29_970 }],
      goods: 29_970,
      rounding: 0,
      total: 29_970,
    })
  })

  it('cash that can not be paid exactly is rounded, and the last refund settles the difference', () => {
    const sale = { lines: [{ productId: 1, quantity: 3, price: 333, discount: 0 }], paid: 1000 }
    const first = refundSums(sale, [], [{ productId: 1, quantity: 1 }], CASH)
    expect(first).toMatchObject({ goods: 333, rounding: 167, total: 500 })
    const second = refundSums(sale, [asEarlier(first)], [{ productId: 1, quantity: 2 }], CASH)
    expect(second).toMatchObject({ goods: 500, rounding: 0, total: 500 })
  })

  it('nothing chosen is no refund', () => {
    const sale = { lines: [{ productId: 1, quantity: 3, price: 333, discount: 0 }], paid: 1000 }
    expect(refundSums(sale, [], [], CASH)).toEqual({ lines: [], goods: 0, rounding: 0, total: 0 })
    expect(refundSums(sale, [], [{ productId: 9, quantity: 1 }], CASH).total).toBe(0)
    expect(refundSums(sale, [], [{ productId: 1, quantity: -1 }], CASH).total).toBe(0)
  })
})

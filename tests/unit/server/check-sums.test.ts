import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { checkRefund, refundMarks } from '../../../server/selling/check-refund.ts'
import { checkSums, type SumSettings } from '../../../server/selling/check-sums.ts'
import { type Sale, saleSchema } from '../../../src/contract/sales.ts'
import { taxRuleOf } from '../../../src/domain/cart-totals.ts'
import { finalTotal, startPayment, tender } from '../../../src/domain/payment.ts'
import { fromThousandths, toThousandths } from '../../../src/domain/quantity.ts'
import { type EarlierRefund, refundableProducts, refundSums } from '../../../src/domain/refund.ts'
import { lineGross, saleTotals } from '../../../src/domain/sale-totals.ts'

const settings = fc.record({
  tax_rate_bp: fc.constantFrom(0, 1000, 1100, 1200),
  tax_included: fc.boolean(),
  cash_rounding: fc.constantFrom(1 as const, 100 as const, 500 as const, 1000 as const),
  cash_rounding_mode: fc.constantFrom('nearest' as const, 'down' as const, 'up' as const),
  discount_limit_bp: fc.constantFrom(0, 1000),
})

const line = fc
  .record({
    product_id: fc.integer({ min: 1, max: 4 }),
    quantity: fc.integer({ min: 1, max: 20_000 }).map(fromThousandths),
    price: fc.integer({ min: 1, max: 300_000 }),
    off: fc.integer({ min: 0, max: 40 }),
  })
  .map(({ off, ...rest }) => ({ ...rest, discount: Math.floor((lineGross(rest) * off) / 100) }))

interface World {
  readonly sale: Sale
  readonly payments: readonly { payment_method: string; amount: number }[]
  readonly held: SumSettings
}

/** A sale as the counter itself makes it: cart, discounts, tax, a part by QRIS, the rest in cash or not. */
const honest = fc
  .record({
    held: settings,
    lines: fc.array(line, { minLength: 1, maxLength: 5 }),
    cartOff: fc.integer({ min: 0, max: 30 }),
    first: fc.integer({ min: 0, max: 99 }),
    last: fc.constantFrom('CASH', 'QRIS'),
  })
  .map(({ held, lines, cartOff, first, last }): World => {
    const tax = taxRuleOf(held)
    const net = saleTotals(lines, { cartDiscount: 0, tax: null }).grandTotal
    const cartDiscount = Math.floor((net * cartOff) / 100)
    const totals = saleTotals(lines, { cartDiscount, tax })
    const cash = { step: held.cash_rounding, mode: held.cash_rounding_mode }
    const part = Math.floor((totals.grandTotal * first) / 100)
    const started = tender(startPayment(totals.grandTotal), { method: 'QRIS', amount: part, reference: null }, cash)
    let state = started.ok ? started.state : startPayment(totals.grandTotal)
    const rest = totals.grandTotal - state.parts.reduce((sum, { amount }) => sum + amount, 0)
    const closed = state.isPaid
      ? null
      : tender(state, { method: last, amount: last === 'CASH' ? rest + 1000 : rest, reference: null }, cash)
    if (closed?.ok) state = closed.state
    const payments = state.parts.map(({ method, amount }) => ({ payment_method: method, amount }))
    const sale = v.parse(saleSchema, {
      offline_id: '56752b9f-3cb4-4b29-8512-ce3e0112c527',
      offline_reference: 'DEV-A-20261122-1',
      device_id: 'DEV-A',
      created_at_device: '2026-11-22T10:00:00Z',
      branch_code: 'BRN-1',
      payment_method: last,
      subtotal: totals.subtotal,
      discount_total: totals.discountTotal,
      tax_total: totals.taxTotal,
      grand_total: finalTotal(state),
      rounding_total: state.rounding,
      cart_discount: cartDiscount,
      tax,
      items: lines,
      status: 'paid',
      payment_status: 'paid',
      approved_by: 2,
    })
    return { sale, payments, held }
  })
  .filter(({ payments, sale }) => payments.reduce((sum, { amount }) => sum + amount, 0) === sale.grand_total)

const kinds = (sale: Sale, { payments, held }: Pick<World, 'payments' | 'held'>, others: readonly SumSettings[] = []) =>
  checkSums(sale, { tellsCartDiscount: true }, payments, [...others, held]).marks.map(({ kind }) => kind)

describe('the sums of a sale', () => {
  test('that its payments do not make are marked, too much and too little', () => {
    const pay = (amount: number, fields: Partial<Sale> = {}) =>
      checkSums(saleOf(fields), { tellsCartDiscount: true }, [{ payment_method: 'QRIS', amount }], [noTax]).marks
    expect(pay(14_999)).toEqual([{ kind: 'payments', claimed: 14_999, computed: 15_000 }])
    expect(pay(15_001)).toEqual([{ kind: 'payments', claimed: 15_001, computed: 15_000 }])
    expect(pay(15_000)).toEqual([])
    expect(pay(14_999, { status: 'draft', payment_status: 'pending_payment' })).toEqual([])
  })

  test('that a counter made get no mark, also when the settings changed meanwhile', () => {
    fc.assert(
      fc.property(honest, settings, (world, other) => {
        expect(kinds(world.sale, world, [other])).toEqual([])
      }),
    )
  })

  test('any of them changed by a rupiah or a thousand million is marked', () => {
    const fields = ['subtotal', 'discount_total', 'tax_total', 'grand_total', 'rounding_total'] as const
    fc.assert(
      fc.property(honest, fc.constantFrom(...fields), fc.constantFrom(1, 9_000_000_000), (world, field, by) => {
        expect(kinds({ ...world.sale, [field]: world.sale[field] + by }, world)).not.toEqual([])
      }),
    )
  })

  test('a total that is lowered together with its payment is marked', () => {
    fc.assert(
      fc.property(honest, ({ sale, held }) => {
        fc.pre(sale.grand_total > 1000)
        const payments = [{ payment_method: 'CASH', amount: 1 }]
        expect(kinds({ ...sale, grand_total: 1 }, { payments, held })).toContain('sum')
      }),
    )
  })

  test('a tax that no settings held is marked with the one that did', () => {
    const held = { ...noTax, tax_rate_bp: 1000, tax_included: false }
    const sale = saleOf({ tax_total: 0, tax: null })
    expect(checkSums(sale, { tellsCartDiscount: true }, [], [held]).marks).toEqual([
      { kind: 'tax', claimed: 0, computed: 1_500 },
    ])
    expect(checkSums(sale, { tellsCartDiscount: true }, [], [held, noTax]).marks).toEqual([])
  })

  test('rounding is for cash alone, and by the rule that held', () => {
    const rounded = (fields: Partial<Sale>, held: SumSettings) =>
      checkSums(saleOf(fields), { tellsCartDiscount: true }, [], [held]).marks
    const down = { rounding_total: -300, grand_total: 14_700 }
    const step = { ...noTax, cash_rounding: 500 as const, cash_rounding_mode: 'down' as const }
    expect(rounded(down, noTax)).toEqual([{ kind: 'rounding', claimed: -300, computed: 0 }])
    expect(rounded(down, step)).toEqual([{ kind: 'rounding', claimed: -300, computed: 0 }])
    const odd = { items: [{ ...saleOf({}).items[0], price: 15_300 }], subtotal: 15_300 }
    const even = { ...odd, rounding_total: -300, grand_total: 15_000 } as Partial<Sale>
    expect(rounded(even, step)).toEqual([])
    expect(rounded({ ...even, payment_method: 'QRIS' }, step)).toEqual([
      { kind: 'rounding', claimed: -300, computed: 0 },
    ])
    expect(rounded({ rounding_total: 1000, grand_total: 16_000 }, noTax)).toEqual([
      { kind: 'rounding', claimed: 1000, computed: 0 },
    ])
  })

  test('a discount over every limit that held needs somebody who allowed it', () => {
    const item = { ...saleOf({}).items[0], discount: 1_501 }
    const sale = saleOf({ items: [item] as Sale['items'], discount_total: 1_501, grand_total: 13_499 })
    const of = (each: Sale, ...held: SumSettings[]) => checkSums(each, { tellsCartDiscount: true }, [], held).marks
    expect(of(sale, noTax)).toEqual([{ kind: 'approval_missing', claimed: 1_501, computed: 1_500 }])
    expect(of({ ...sale, approved_by: 2 }, noTax)).toEqual([])
    expect(of(sale, noTax, { ...noTax, discount_limit_bp: 2000 })).toEqual([])
  })
})

const noTax: SumSettings = {
  tax_rate_bp: 0,
  tax_included: true,
  cash_rounding: 1,
  cash_rounding_mode: 'nearest',
  discount_limit_bp: 1000,
}

function saleOf(fields: Partial<Sale>): Sale {
  return v.parse(saleSchema, {
    offline_id: '56752b9f-3cb4-4b29-8512-ce3e0112c527',
    offline_reference: 'DEV-A-20261122-1',
    device_id: 'DEV-A',
    created_at_device: '2026-11-22T10:00:00Z',
    branch_code: 'BRN-1',
    payment_method: 'CASH',
    subtotal: 15_000,
    grand_total: 15_000,
    cart_discount: 0,
    items: [{ product_id: 1, quantity: 1, price: 15_000 }],
    status: 'paid',
    payment_status: 'paid',
    ...fields,
  })
}

describe('the money of a refund', () => {
  const method = fc.constantFrom('CASH', 'QRIS')

  test('in whatever parts, as a counter shares it, gets no mark', () => {
    fc.assert(
      fc.property(honest, fc.array(fc.tuple(fc.nat(3), fc.nat(100), method), { maxLength: 6 }), (world, steps) => {
        const sale = paidSale(world)
        const cash = { step: world.held.cash_rounding, mode: world.held.cash_rounding_mode }
        const earlier: EarlierRefund[] = []
        for (const [place, percent, payment_method] of steps) {
          const products = refundableProducts(sale, earlier)
          const product = products[place % products.length]
          const thousandths = Math.floor((toThousandths(product?.left ?? 0) * percent) / 100)
          if (!product || thousandths === 0) continue
          const choice = [{ productId: product.productId, quantity: fromThousandths(thousandths) }]
          const { lines, total } = refundSums(sale, earlier, choice, payment_method === 'CASH' ? cash : null)
          const refund = { items: [...lines], refund_total: total, payment_method }
          expect(refundMarks(refund, { sale, earlier }, [world.held])).toEqual([])
          // Another counter's refund, of which this one knew nothing, leaves a rupiah and a coin between them.
          const blind = refundSums(sale, [], choice, payment_method === 'CASH' ? cash : null)
          const unknowing = { items: [...blind.lines], refund_total: blind.total, payment_method }
          if (earlier.every(({ lines: back }) => back.every((each) => each.product_id !== product.productId)))
            expect(refundMarks(unknowing, { sale, earlier }, [world.held])).toEqual([])
          earlier.push({ total, lines })
        }
      }),
    )
  })

  test('of a thousandth of a hundred units for the full price is marked with its share', () => {
    const sale = { lines: [{ productId: 1, quantity: 100, price: 15_000, discount: 0 }], paid: 1_500_000 }
    const items = [{ product_id: 1, quantity: 0.001, amount: 1_500_000 }]
    const refund = { items, refund_total: 1_500_000, payment_method: 'CASH' }
    expect(refundMarks(refund, { sale, earlier: [] }, [noTax])).toEqual([
      { kind: 'refund_share', claimed: 1_500_000, computed: 15 },
    ])
    expect(() => checkRefund(refund, { left: new Map([[1, 100_000]]), moneyLeft: 1_499_999 })).toThrow('1499999')
  })

  test('of a counter that knew nothing of another one’s refund may be one coin more, and no rupiah beyond', () => {
    const lines = [
      { productId: 1, quantity: 2, price: 850, discount: 0 },
      { productId: 2, quantity: 1, price: 98_300, discount: 0 },
    ]
    const sale = { lines, paid: 100_000 }
    const held = { ...noTax, cash_rounding: 500 as const }
    const choice = [{ productId: 1, quantity: 1 }]
    const cash = { step: 500, mode: 'nearest' as const }
    const first = refundSums(sale, [], choice, cash)
    const blind = { items: [...first.lines], refund_total: first.total, payment_method: 'CASH' }
    expect(first.total).toBe(1_000)
    expect(refundSums(sale, [first], choice, cash).total).toBe(500)
    expect(refundMarks(blind, { sale, earlier: [first] }, [held])).toEqual([])
    const more = { ...blind, refund_total: 1_500 }
    expect(refundMarks(more, { sale, earlier: [first] }, [held])).toEqual([
      { kind: 'refund_share', claimed: 1_500, computed: 700 },
    ])
  })

  test('that is another sum than its lines is marked', () => {
    const sale = { lines: [{ productId: 1, quantity: 2, price: 15_000, discount: 0 }], paid: 30_000 }
    const refund = { items: [{ product_id: 1, quantity: 1, amount: 1 }], refund_total: 15_000, payment_method: 'QRIS' }
    expect(refundMarks(refund, { sale, earlier: [] }, [noTax])).toEqual([{ kind: 'sum', claimed: 15_000, computed: 1 }])
  })
})

function paidSale({ sale, payments }: World) {
  return {
    lines: sale.items.map(({ product_id: productId, quantity, price, discount }) => ({
      productId,
      quantity,
      price,
      discount,
    })),
    paid: payments.reduce((sum, { amount }) => sum + amount, 0),
  }
}

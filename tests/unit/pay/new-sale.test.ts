import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { saleSchema } from '../../../src/contract/sales.ts'
import { parseShopSettings } from '../../../src/contract/settings.ts'
import type { Cart, CartLine, Discount } from '../../../src/domain/cart.ts'
import { dueBy, startPayment, tender } from '../../../src/domain/payment.ts'
import { saleTotals } from '../../../src/domain/sale-totals.ts'
import { cashRuleOf, newSale, totalOf } from '../../../src/features/pay/new-sale.ts'
import type { Actor } from '../../../src/sync/outbox/sales.ts'

const actor: Actor = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: null }

const discounts: fc.Arbitrary<Discount | null> = fc.option(
  fc.oneof(
    fc.record({ kind: fc.constant('amount' as const), amount: fc.integer({ min: 1, max: 200_000 }) }),
    fc.record({ kind: fc.constant('percent' as const), basisPoints: fc.integer({ min: 1, max: 10_000 }) }),
  ),
)
const lines: fc.Arbitrary<CartLine> = fc.record({
  lineId: fc.uuid(),
  productId: fc.integer({ min: 1, max: 99 }),
  name: fc.string(),
  unit: fc.constant('kg'),
  quantity: fc.integer({ min: 1, max: 50_000 }).map((thousandths) => thousandths / 1000),
  price: fc.integer({ min: 0, max: 2_000_000 }),
  masterPrice: fc.constant(0),
  discount: discounts,
  note: fc.constant(''),
  stockShown: fc.constant(null),
  belowStockAccepted: fc.constant(false),
  goneAccepted: fc.constant(false),
})
const carts: fc.Arbitrary<Cart> = fc.record({
  cartId: fc.uuid(),
  saleId: fc.uuid({ version: 4 }),
  label: fc.constant(''),
  lines: fc.array(lines, { minLength: 1, maxLength: 8 }),
  discount: discounts,
  note: fc.constant(''),
  approvedBy: fc.constant(7),
  createdAt: fc.constant(0),
})
const shops = fc
  .record({
    tax_rate_bp: fc.constantFrom(0, 1000, 1100),
    tax_included: fc.boolean(),
    cash_rounding: fc.constantFrom(1, 50, 100, 500, 1000),
    cash_rounding_mode: fc.constantFrom('nearest', 'down', 'up'),
  })
  .map(parseShopSettings)

describe('a cart with its payment, as it is recorded', () => {
  it('adds up as the server checks it: totals by its arithmetic, payments to the total, whole rupiah', () => {
    fc.assert(
      fc.property(carts, shops, fc.constantFrom('CASH', 'QRIS'), fc.nat(99), (cart, settings, method, firstShare) => {
        const cash = cashRuleOf(settings)
        let state = startPayment(totalOf(cart, settings))
        // Sometimes a part by QRIS first, then all the rest.
        const part = Math.floor((state.total * firstShare) / 100)
        const first = tender(state, { method: 'QRIS', amount: part, reference: 'r' }, cash)
        if (first.ok && !first.state.isPaid) state = first.state
        const last = tender(state, { method, amount: dueBy(state, method, cash), reference: null }, cash)
        if (!last.ok) throw new Error(last.reason)
        const sale = newSale(cart, last.state, settings, actor, 0)

        const checked = saleTotals(
          sale.items.map((item) => ({ quantity: item.quantity, price: item.price, discount: item.discount ?? 0 })),
          { cartDiscount: sale.cart_discount ?? 0, tax: sale.tax ?? null },
        )
        expect(sale.subtotal).toBe(checked.subtotal)
        expect(sale.discount_total).toBe(checked.discountTotal)
        expect(sale.tax_total).toBe(checked.taxTotal)
        expect(sale.grand_total).toBe(checked.grandTotal + (sale.rounding_total ?? 0))
        expect(sale.payments.reduce((sum, { amount }) => sum + amount, 0)).toBe(sale.grand_total)
        for (const { amount, tendered } of sale.payments) {
          expect(Number.isSafeInteger(amount) && amount >= 0).toBe(true)
          expect((tendered ?? amount) - amount).toBeGreaterThanOrEqual(0)
        }
        expect(sale.actor.approvedBy).toBe(7)
      }),
    )
  })

  it('is what the contract takes', () => {
    const [cart] = fc.sample(carts, 1)
    const settings = parseShopSettings({ tax_rate_bp: 1100, cash_rounding: 100 })
    if (!cart) throw new Error('a sample')
    const state = tender(
      startPayment(totalOf(cart, settings)),
      { method: 'QRIS', amount: totalOf(cart, settings), reference: null },
      cashRuleOf(settings),
    )
    if (!state.ok) throw new Error(state.reason)
    const sale = newSale(cart, state.state, settings, actor, 0)
    const parsed = v.safeParse(saleSchema, {
      ...sale,
      offline_id: sale.saleId,
      offline_reference: 'DEV-1-20261122-0001',
      device_id: 'DEV-1',
      created_at_device: '2026-11-22T07:03:00Z',
      branch_code: 'B',
      payment_method: 'QRIS',
      status: 'paid',
      payment_status: 'paid',
    })
    expect(parsed.issues).toBeUndefined()
  })
})

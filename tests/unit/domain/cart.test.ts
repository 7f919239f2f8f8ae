import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cart, type CartChange, type Discount, newCart } from '../../../src/domain/cart.ts'
import {
  approveAsSeen,
  approveDiscount,
  needsDiscountApproval,
  setCartDiscount,
  setLineDiscount,
} from '../../../src/domain/cart-discount.ts'
import { cartTotals, countPieces, taxRuleOf, toSaleItems } from '../../../src/domain/cart-totals.ts'
import {
  acceptBelowStock,
  addProduct,
  CART_LINES_MAX,
  type CartProduct,
  clearCart,
  isBelowStock,
  keepGoneProduct,
  keepPrice,
  QUANTITY_MAX,
  removeLine,
  setQuantity,
  takeNewPrice,
  unacceptedBelowStock,
  withStockShown,
} from '../../../src/domain/change-cart.ts'
import { toThousandths } from '../../../src/domain/quantity.ts'
import { isMeasured } from '../../../src/domain/unit.ts'

const empty = newCart({ cartId: 'cart', saleId: 'sale', createdAt: 0 })
const noodles: CartProduct = { id: 1, name: 'Indomie goreng', unit: 'pcs', price: 3_500 }
const chicken: CartProduct = { id: 2, name: 'Ayam potong', unit: 'kg', price: 38_000 }

const must = (change: CartChange): Cart => {
  if (!change.ok) throw new Error(change.reason)
  return change.cart
}
const with1 = (product: CartProduct, quantity: number, cart = empty): Cart =>
  must(addProduct(cart, product, { quantity, stockShown: 100 }))
const refusal = (change: CartChange) => (change.ok ? null : change.reason)

const products = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 60 }).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({
        id: fc.constant(id),
        name: fc.constant(`Barang ${id}`),
        unit: fc.constantFrom('pcs', 'kg', 'pak', 'liter'),
        price: fc.integer({ min: 0, max: 5_000_000 }),
      }),
    ),
  ),
)
const discount = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -5, max: 20_000_000 }).map((amount): Discount => ({ kind: 'amount', amount })),
  fc.integer({ min: -5, max: 12_000 }).map((basisPoints): Discount => ({ kind: 'percent', basisPoints })),
)
/** A step that a person may take; refused ones leave the cart as it is. */
type Step = (cart: Cart) => Cart
const steps = (catalogue: readonly CartProduct[]): fc.Arbitrary<readonly Step[]> => {
  const product = fc.constantFrom(...catalogue)
  const quantity = fc.oneof(
    fc.integer({ min: -2, max: 200 }),
    fc.integer({ min: 1, max: 20_000 }).map((thousandths) => thousandths / 1000),
  )
  const keep =
    (change: (cart: Cart) => CartChange): Step =>
    (cart) => {
      const changed = change(cart)
      return changed.ok ? changed.cart : cart
    }
  const step = fc.oneof(
    fc
      .tuple(product, quantity)
      .map(([added, count]) => keep((cart) => addProduct(cart, added, { quantity: count, stockShown: 5 }))),
    fc.tuple(product, quantity).map(([{ id }, count]) => keep((cart) => setQuantity(cart, String(id), count, 3))),
    fc.tuple(product, discount).map(([{ id }, off]) => keep((cart) => setLineDiscount(cart, String(id), off))),
    discount.map((off) => keep((cart) => setCartDiscount(cart, off))),
    fc
      .tuple(product, fc.integer({ min: 0, max: 5_000_000 }))
      .map(([{ id }, price]) => keep((cart) => takeNewPrice(cart, String(id), price))),
    product.map(
      ({ id }): Step =>
        (cart) =>
          removeLine(cart, String(id)),
    ),
    fc.integer({ min: 1, max: 3 }).map(
      (staffId): Step =>
        (cart) =>
          approveDiscount(cart, staffId),
    ),
  )
  return fc.array(step, { maxLength: 80 })
}
const carts = products.chain((catalogue) =>
  steps(catalogue).map((taken) => taken.reduce<Cart>((cart, step) => step(cart), empty)),
)
const tax = fc.option(fc.record({ rate_bp: fc.integer({ min: 0, max: 10_000 }), included: fc.boolean() }))

describe('sums of a cart, whatever was done to it', () => {
  it('are whole rupiah, never below zero, and no discount is larger than what it is taken off', () => {
    fc.assert(
      fc.property(carts, tax, (cart, rule) => {
        const totals = cartTotals(cart, rule)
        for (const { gross, discount: off, total } of totals.lines) {
          expect(off).toBeGreaterThanOrEqual(0)
          expect(off).toBeLessThanOrEqual(gross)
          expect(total).toBe(gross - off)
        }
        const net = totals.lines.reduce((sum, { total }) => sum + total, 0)
        expect(totals.cartDiscount).toBeGreaterThanOrEqual(0)
        expect(totals.cartDiscount).toBeLessThanOrEqual(net)
        const { subtotal, discountTotal, taxTotal, grandTotal } = totals
        for (const sum of [subtotal, discountTotal, taxTotal, grandTotal]) {
          expect(Number.isSafeInteger(sum)).toBe(true)
          expect(sum).toBeGreaterThanOrEqual(0)
        }
        expect(grandTotal).toBe(subtotal - discountTotal + (rule?.included === false ? taxTotal : 0))
      }),
    )
  })

  it('stand in the uploaded lines: price times quantity less discounts is the total', () => {
    fc.assert(
      fc.property(carts, (cart) => {
        const totals = cartTotals(cart, null)
        const items = toSaleItems(cart)
        const gross = items.reduce(
          (sum, { price, quantity }) =>
            sum + Number((2n * BigInt(price) * BigInt(toThousandths(quantity)) + 1000n) / 2000n),
          0,
        )
        const off = items.reduce((sum, item) => sum + item.discount, 0) + totals.cartDiscount
        expect(gross - off).toBe(totals.grandTotal)
      }),
    )
  })

  it('have one line a product, with at most three decimals, and decimals only for goods by measure', () => {
    fc.assert(
      fc.property(carts, (cart) => {
        const ids = cart.lines.map(({ productId }) => productId)
        expect(new Set(ids).size).toBe(ids.length)
        for (const { quantity, unit } of cart.lines) {
          expect(quantity).toBeGreaterThan(0)
          expect(quantity).toBeLessThanOrEqual(QUANTITY_MAX)
          expect(toThousandths(quantity) / 1000).toBe(quantity)
          if (!isMeasured(unit)) expect(Number.isInteger(quantity)).toBe(true)
        }
      }),
    )
  })
})

describe('quantities', () => {
  it('adds the same product to its line', () => {
    const cart = with1(noodles, 2, with1(chicken, 0.3, with1(noodles, 3)))
    expect(cart.lines.map(({ name, quantity }) => [name, quantity])).toEqual([
      ['Indomie goreng', 5],
      ['Ayam potong', 0.3],
    ])
    expect(with1(chicken, 0.3, with1(chicken, 0.1, with1(chicken, 0.2))).lines[0]?.quantity).toBe(0.6)
    expect(countPieces(cart)).toBe(6)
  })

  it.each([
    [0, 'quantity-not-positive'],
    [-1, 'quantity-not-positive'],
    [Number.NaN, 'quantity-not-positive'],
    [8_991_234_567_890, 'quantity-too-large'],
    [QUANTITY_MAX + 1, 'quantity-too-large'],
    [0.0005, 'quantity-decimals'],
    [1.2345, 'quantity-decimals'],
  ] as const)('refuses %d of goods by weight: %s', (quantity, reason) => {
    expect(refusal(addProduct(empty, chicken, { quantity, stockShown: 1 }))).toBe(reason)
    expect(refusal(setQuantity(with1(chicken, 1), '2', quantity, 1))).toBe(reason)
  })

  it('refuses half a piece', () => {
    expect(refusal(setQuantity(with1(noodles, 1), '1', 1.5, 1))).toBe('not-whole')
  })

  it('refuses a cart that is worth more than a sale may be', () => {
    const gold = { ...noodles, price: 900_000_000_000 }
    expect(refusal(setQuantity(with1(gold, 1), '1', 2, 1))).toBe('total-too-large')
  })

  it('takes 200 lines and more, and says when a sale is full', () => {
    const fill = (count: number): Cart =>
      Array.from({ length: count }, (_, index) => ({ ...noodles, id: index + 1 })).reduce<Cart>(
        (cart, product) => with1(product, 1, cart),
        empty,
      )
    expect(cartTotals(fill(200), null).grandTotal).toBe(200 * 3_500)
    const full = fill(CART_LINES_MAX)
    expect(refusal(addProduct(full, { ...noodles, id: 9_999 }, { quantity: 1, stockShown: 1 }))).toBe('lines-full')
    expect(with1(noodles, 1, full).lines[0]?.quantity).toBe(2)
  })
})

describe('discounts', () => {
  const cart = with1(noodles, 10)
  it('are refused over what they are taken off, and when they are nothing', () => {
    expect(refusal(setLineDiscount(cart, '1', { kind: 'amount', amount: 35_001 }))).toBe('discount-too-large')
    expect(refusal(setLineDiscount(cart, '1', { kind: 'percent', basisPoints: 10_001 }))).toBe('discount-too-large')
    expect(refusal(setLineDiscount(cart, '1', { kind: 'amount', amount: 0 }))).toBe('discount-not-positive')
    expect(refusal(setLineDiscount(cart, '1', { kind: 'amount', amount: -5 }))).toBe('discount-not-positive')
    const discounted = must(setLineDiscount(cart, '1', { kind: 'amount', amount: 5_000 }))
    expect(refusal(setCartDiscount(discounted, { kind: 'amount', amount: 30_001 }))).toBe('discount-too-large')
    expect(cartTotals(must(setCartDiscount(discounted, { kind: 'amount', amount: 30_000 })), null).grandTotal).toBe(0)
  })

  it('shrink with the line and grow with it again', () => {
    const discounted = must(setLineDiscount(cart, '1', { kind: 'amount', amount: 20_000 }))
    const fewer = must(setQuantity(discounted, '1', 2, 1))
    expect(cartTotals(fewer, null)).toMatchObject({ grandTotal: 0, discountTotal: 7_000 })
    expect(cartTotals(must(setQuantity(fewer, '1', 10, 1)), null).discountTotal).toBe(20_000)
  })

  it('need a supervisor over the limit of the undiscounted total, and no sooner', () => {
    const off = (basisPoints: number) => must(setCartDiscount(cart, { kind: 'percent', basisPoints }))
    expect(needsDiscountApproval(cart, 0)).toBe(false)
    expect(needsDiscountApproval(off(1_000), 1_000)).toBe(false)
    expect(needsDiscountApproval(off(1_001), 1_000)).toBe(true)
    const byLineAndCart = must(setLineDiscount(off(1_000), '1', { kind: 'percent', basisPoints: 500 }))
    expect(needsDiscountApproval(byLineAndCart, 1_000)).toBe(true)
    // Ten percent of 335 is rounded to 34: that is not more than ten percent to a person.
    const small = must(setCartDiscount(with1({ ...noodles, price: 335 }, 1), { kind: 'percent', basisPoints: 1_000 }))
    expect(needsDiscountApproval(small, 1_000)).toBe(false)
  })

  it('keep their permission until they change or their share grows', () => {
    const approved = approveDiscount(must(setCartDiscount(cart, { kind: 'amount', amount: 10_000 })), 7)
    expect(needsDiscountApproval(approved, 1_000)).toBe(false)
    expect(with1(noodles, 1, approved).approvedBy).toBe(7)
    expect(must(setQuantity(approved, '1', 5, 1)).approvedBy).toBeNull()
    expect(must(setCartDiscount(approved, { kind: 'amount', amount: 10_001 })).approvedBy).toBeNull()
    const percent = approveDiscount(must(setCartDiscount(cart, { kind: 'percent', basisPoints: 3_333 })), 7)
    expect(must(setQuantity(percent, '1', 3, 1)).approvedBy).toBe(7)
    expect(removeLine(with1(chicken, 1, percent), '2').approvedBy).toBe(7)
  })

  it('are allowed as the supervisor saw them: what another tab added to them is not', () => {
    const seen = must(setCartDiscount(cart, { kind: 'amount', amount: 10_000 }))
    expect(approveAsSeen(seen, seen, 7).approvedBy).toBe(7)
    expect(approveAsSeen(with1(noodles, 1, seen), seen, 7).approvedBy).toBe(7)
    expect(
      approveAsSeen(must(setCartDiscount(seen, { kind: 'amount', amount: 20_000 })), seen, 7).approvedBy,
    ).toBeNull()
    expect(approveAsSeen(must(setQuantity(seen, '1', 5, 1)), seen, 7).approvedBy).toBeNull()
  })

  it('go with the cart when it is cleared', () => {
    const full = approveDiscount(must(setCartDiscount(cart, { kind: 'amount', amount: 500 })), 7)
    expect(clearCart(full)).toEqual({ ...empty, label: full.label })
  })
})

describe('what changes around a cart', () => {
  it('keeps the price that the line holds until the cashier takes the new one', () => {
    const dearer = { ...noodles, price: 4_000 }
    const cart = with1(dearer, 1, with1(noodles, 1))
    expect(cart.lines[0]).toMatchObject({ quantity: 2, price: 3_500, masterPrice: 3_500 })
    expect(toSaleItems(keepPrice(cart, '1', 4_000))[0]).toMatchObject({ price: 3_500, master_price: 4_000 })
    expect(toSaleItems(must(takeNewPrice(cart, '1', 4_000)))[0]).toMatchObject({ price: 4_000, master_price: 4_000 })
    expect(keepGoneProduct(cart, '1').lines[0]?.goneAccepted).toBe(true)
  })

  it('[S9] warns once of a line below the stock shown, never refuses it, and keeps what was shown', () => {
    const cart = must(addProduct(empty, noodles, { quantity: 4, stockShown: 3 }))
    expect(unacceptedBelowStock(cart).map(({ name }) => name)).toEqual(['Indomie goreng'])
    const accepted = acceptBelowStock(cart, ['1'])
    expect(unacceptedBelowStock(accepted)).toEqual([])
    const more = must(setQuantity(accepted, '1', 9, 3))
    expect(unacceptedBelowStock(more)).toEqual([])
    expect(toSaleItems(more)[0]).toMatchObject({ quantity: 9, stock_shown: 3 })
    expect(isBelowStock({ quantity: 0.3, stockShown: 0.3 })).toBe(false)
    expect(isBelowStock({ quantity: 5, stockShown: null })).toBe(false)
  })

  it('[S9] takes the stock that is shown when it is paid', () => {
    const cart = with1(chicken, 1, with1(noodles, 1))
    const shown = withStockShown(cart, (id) => (id === 1 ? -2 : undefined))
    expect(shown.lines.map(({ stockShown }) => stockShown)).toEqual([-2, 100])
    expect(withStockShown(shown, (id) => (id === 1 ? -2 : 100))).toBe(shown)
  })
})

it('tells goods by measure from goods by the piece', () => {
  expect(['kg', 'Kg', 'gram', 'liter', 'L', 'm', 'ons', 'ml'].every(isMeasured)).toBe(true)
  expect(['pcs', 'pak', 'botol', 'dus', '', 'mangkok', 'lembar', 'karung'].some(isMeasured)).toBe(false)
})

it('has no tax where the rate is zero', () => {
  expect(taxRuleOf({ tax_rate_bp: 0, tax_included: true })).toBeNull()
  expect(taxRuleOf({ tax_rate_bp: 1_100, tax_included: false })).toEqual({ rate_bp: 1_100, included: false })
})

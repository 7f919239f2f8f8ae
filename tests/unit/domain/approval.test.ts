import { describe, expect, it } from 'vitest'
import { type ApprovalFacts, covers } from '../../../src/domain/approval.ts'
import { type Cart, newCart } from '../../../src/domain/cart.ts'
import { approveDiscount, discountFacts, setCartDiscount } from '../../../src/domain/cart-discount.ts'
import { addProduct, removeLine } from '../../../src/domain/change-cart.ts'

const RECORD = '0b6f5c1e-2f0a-4c53-9c0e-3a1d52f7a001'
const SALE = '0b6f5c1e-2f0a-4c53-9c0e-3a1d52f7a002'
const voided: ApprovalFacts = { what: 'void', record: RECORD, sale: SALE, amount: 5_000, base: null }
const discount: ApprovalFacts = { what: 'discount', record: RECORD, sale: null, amount: 5_000, base: 10_000 }

describe('an approval covers', () => {
  it('the record that it names for the money that it names, however the id is written', () => {
    expect(covers(voided, { ...voided, record: RECORD.toUpperCase() })).toBe(true)
    expect(covers(discount, discount)).toBe(true)
  })

  it.each<Partial<ApprovalFacts>>([
    { what: 'refund' },
    { record: SALE },
    { sale: RECORD },
    { sale: null },
    { amount: 500_000 },
    { amount: 4_999 },
  ])('nothing else: %j', (other) => {
    expect(covers(voided, { ...voided, ...other })).toBe(false)
  })

  it('a void before its sale, whose sum nobody knows yet', () => {
    expect(covers(voided, { ...voided, amount: null })).toBe(true)
    expect(covers({ ...voided, amount: null }, voided)).toBe(false)
  })

  it('cash in one direction alone', () => {
    const out: ApprovalFacts = { what: 'cash_out', record: RECORD, sale: null, amount: 900_000, base: null }
    expect(covers(out, out)).toBe(true)
    expect(covers({ ...out, what: 'cash_in' }, out)).toBe(false)
  })

  it('fewer rupiah of discount that are no larger share, and never more of either', () => {
    expect(covers(discount, { ...discount, amount: 4_000 })).toBe(true)
    expect(covers(discount, { ...discount, base: 20_000 })).toBe(true)
    expect(covers(discount, { ...discount, amount: 500_000, base: 1_000_000 })).toBe(false)
    expect(covers(discount, { ...discount, amount: 5_000, base: 5_000 })).toBe(false)
    expect(covers(discount, { ...discount, base: null })).toBe(false)
    // A rupiah of rounding a discount.
    expect(covers(discount, { ...discount, amount: 3_334, base: 6_666 }, 1)).toBe(true)
    expect(covers(discount, { ...discount, amount: 3_335, base: 6_666 }, 1)).toBe(false)
  })
})

describe('a cart with a signed approval', () => {
  const RICE = { id: 1, name: 'Beras', unit: 'pcs', price: 10_000 }
  const changed = (change: { ok: boolean; cart?: Cart }): Cart => {
    if (!change.cart) throw new Error('refused')
    return change.cart
  }
  const with_ = (cart: Cart, quantity: number) => changed(addProduct(cart, RICE, { quantity, stockShown: null }))
  const bare = newCart({ cartId: 'c', saleId: SALE, createdAt: 1 })
  const cart = changed(setCartDiscount(with_(bare, 2), { kind: 'percent', basisPoints: 5_000 }))
  const { amount, base } = discountFacts(cart)
  const approved = approveDiscount(cart, 2, { text: 'a.b.c', deviceId: 'DEV-1', amount, base })

  it('loses it when the same share comes to more; without a signature the share alone counts', () => {
    expect(with_(approveDiscount(cart, 2), 1).approvedBy).toBe(2)
    expect(with_(approved, 1)).toMatchObject({ approvedBy: null })
    expect(with_(approved, 1)).not.toHaveProperty('proof')
  })

  it('keeps it for less, and loses it with every other discount', () => {
    const more = { ...changed(addProduct(approved, { ...RICE, id: 2 }, { quantity: 1, stockShown: null })) }
    expect(more.approvedBy).toBeNull()
    expect(removeLine({ ...more, approvedBy: 2, proof: approved.proof }, '2')).toMatchObject({
      approvedBy: 2,
      proof: { amount: 10_000, base: 20_000 },
    })
    const other = changed(setCartDiscount(approved, { kind: 'amount', amount: 1 }))
    expect(other).not.toHaveProperty('proof')
    expect(other.approvedBy).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { parseShopSettings } from '../../../src/contract/settings.ts'
import { type Cart, newCart } from '../../../src/domain/cart.ts'
import { addProduct, setLabel, withStockShown } from '../../../src/domain/change-cart.ts'
import { type Bill, followBill } from '../../../src/features/pay/bill.ts'

function withGoods(cart: Cart, id: number, price: number): Cart {
  const added = addProduct(cart, { id, name: `Barang ${id}`, unit: 'pcs', price }, { quantity: 1, stockShown: 9 })
  if (!added.ok) throw new Error(added.reason)
  return added.cart
}

const VALUES = { tax_rate_bp: 1100, cash_rounding: 100, shop_name: 'Toko' }
const cart = withGoods(newCart({ cartId: 'cart', saleId: 'sale', createdAt: 0 }), 1, 23_000)
const part = (amount: number) => ({ method: 'QRIS', amount, tendered: null, reference: null })
const payment = { version: 1, parts: [part(3_000)] }
const shown: Bill = { cart, settings: parseShopSettings(VALUES), payment }

describe('the bill on the payment screen', () => {
  it('stays as it was read when another tab changes the cart, also to another one of the same sum', () => {
    const dearer = { ...shown, cart: withGoods(cart, 2, 6_000) }
    expect(followBill(shown, dearer)).toEqual({ bill: shown, changed: 'cart' })
    const exchanged = { ...shown, cart: withGoods(newCart({ ...cart }), 3, 23_000) }
    expect(followBill(shown, exchanged)).toEqual({ bill: shown, changed: 'cart' })
  })

  it.each([{ tax_rate_bp: 1200 }, { tax_included: false }, { cash_rounding: 500 }, { cash_rounding_mode: 'up' }])(
    'stays when the owner changes what sums depend on: %o',
    (change) => {
      const live = { ...shown, settings: parseShopSettings({ ...VALUES, ...change }) }
      expect(followBill(shown, live)).toEqual({ bill: shown, changed: 'settings' })
    },
  )

  it('follows whatever no customer hears of', () => {
    const live = {
      ...shown,
      cart: setLabel(
        withStockShown({ ...cart, approvedBy: 3 }, () => 1),
        'Bu Ani',
      ),
      settings: parseShopSettings({ ...VALUES, shop_name: 'Toko Baru', payment_methods: ['CASH'] }),
    }
    expect(followBill(shown, live)).toEqual({ bill: live, changed: null })
  })

  it('[Q2] stays when another tab took a part of the money, or gave one back', () => {
    const taken = { ...shown, payment: { version: 2, parts: [part(3_000), part(3_000)] } }
    expect(followBill(shown, taken)).toEqual({ bill: shown, changed: 'parts' })
    expect(followBill(shown, { ...shown, payment: { version: 2, parts: [] } }).changed).toBe('parts')
  })

  it('keeps what this tab took when what it reads is from before, and knows when the same was taken again', () => {
    const before = { ...shown, payment: { version: 0, parts: [] } }
    expect(followBill(shown, before)).toEqual({ bill: shown, changed: null })
    const again = { ...shown, payment: { version: 3, parts: [part(3_000)] } }
    expect(followBill(shown, again)).toEqual({ bill: again, changed: null })
  })
})

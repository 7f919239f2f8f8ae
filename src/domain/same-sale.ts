import type { Cart } from './cart.ts'
import { cartTotals, toSaleItems } from './cart-totals.ts'

/**
 * True when either cart would be booked as the same sale: goods, quantities, prices, discounts, words. What the stock was, who
 * allowed a discount and which warnings were answered may differ: no customer hears of these.
 */
export function isSameSale(one: Cart, other: Cart): boolean {
  return one === other || soldAs(one) === soldAs(other)
}

function soldAs(cart: Cart): string {
  const items = toSaleItems(cart).map(({ stock_shown: _, ...item }) => item)
  return JSON.stringify([cart.saleId, items, cartTotals(cart, null).cartDiscount, cart.note])
}

import type { ShopSettings } from '../../contract/settings.ts'
import type { Cart } from '../../domain/cart.ts'
import { cartTotals, taxRuleOf, toSaleItems } from '../../domain/cart-totals.ts'
import { type CashRule, finalTotal, type PaymentState } from '../../domain/payment.ts'
import type { Actor, NewSale } from '../../sync/outbox/sales.ts'

/** What the cart comes to with the shop's tax, before cash rounding. */
export function totalOf(cart: Cart, settings: ShopSettings): number {
  return cartTotals(cart, taxRuleOf(settings)).grandTotal
}

export function cashRuleOf({ cash_rounding: step, cash_rounding_mode: mode }: ShopSettings): CashRule {
  return { step, mode }
}

/**
 * A cart with its closed payment as it is recorded. `state` is paid, and its total is the cart's. `partsVersion`: of the parts that it
 * began with.
 */
export function newSale(
  cart: Cart,
  state: PaymentState,
  settings: ShopSettings,
  actor: Actor,
  partsVersion: number,
): NewSale {
  const tax = taxRuleOf(settings)
  const totals = cartTotals(cart, tax)
  return {
    saleId: cart.saleId,
    cart,
    partsVersion,
    items: toSaleItems(cart),
    subtotal: totals.subtotal,
    discount_total: totals.discountTotal,
    cart_discount: totals.cartDiscount,
    tax_total: totals.taxTotal,
    tax,
    rounding_total: state.rounding,
    grand_total: finalTotal(state),
    note: cart.note === '' ? null : cart.note,
    payments: state.parts.map(({ method, amount, tendered, reference }) => ({
      payment_method: method,
      amount,
      tendered,
      reference,
    })),
    actor: {
      ...actor,
      approvedBy: cart.approvedBy,
      proof: cart.proof ? { recordId: cart.saleId, deviceId: cart.proof.deviceId, text: cart.proof.text } : null,
    },
  }
}

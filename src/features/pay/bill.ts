/**
 * The payment screen shows what the customer was told, so it must not change by itself. If another tab changes the cart or takes a
 * part of the money, or the owner changes tax or rounding, the cashier has to accept the change before any money is taken.
 */
import type { ShopSettings } from '../../contract/settings.ts'
import type { CartPayment } from '../../db/sales/cart-payment.ts'
import type { Cart } from '../../domain/cart.ts'
import { isSameSale } from '../../domain/same-sale.ts'

export interface Bill {
  readonly cart: Cart
  readonly settings: ShopSettings
  /** What was taken so far. */
  readonly payment: CartPayment
}

/** Why the bill shown is out of date: another tab changed the cart, the owner the settings, or another tab the payment. */
export type BillChange = 'cart' | 'settings' | 'parts'

/** Settings that the sum depends on; changes of all others do not matter here. */
const SUM_SETTINGS = ['tax_rate_bp', 'tax_included', 'cash_rounding', 'cash_rounding_mode'] as const

/**
 * @param shown what the cashier has seen
 * @param live the bill in the database now, or just before this tab's own last write
 * @returns the bill to show: the live one as long as it comes to the same sale, and what changed, if anything
 */
export function followBill(shown: Bill, live: Bill): { readonly bill: Bill; readonly changed: BillChange | null } {
  const isSameRule = SUM_SETTINGS.every((key) => shown.settings[key] === live.settings[key])
  if (!isSameSale(shown.cart, live.cart)) return { bill: shown, changed: 'cart' }
  if (!isSameRule) return { bill: shown, changed: 'settings' }
  const newer = live.payment.version > shown.payment.version ? live.payment : shown.payment
  const isSameMoney = JSON.stringify(newer.parts) === JSON.stringify(shown.payment.parts)
  return isSameMoney ? { bill: { ...live, payment: newer }, changed: null } : { bill: shown, changed: 'parts' }
}

/**
 * What stands on the payment screen is what the customer was told, so it does not change by itself: another tab may have changed the
 * cart meanwhile or taken a part of the money, or the owner tax and rounding. Then the cashier is asked, and until that nothing is taken.
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

/** Why what stands on the screen may not be booked: another tab's cart, the owner's settings, another tab's payment. */
export type BillChange = 'cart' | 'settings' | 'parts'

/** Settings that a sum depends on; all others may change under a payment. */
const SUM_SETTINGS = ['tax_rate_bp', 'tax_included', 'cash_rounding', 'cash_rounding_mode'] as const

/**
 * @param shown what the cashier has seen
 * @param live what stands in the database now, or a moment before what this tab has just written
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

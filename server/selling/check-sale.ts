/** What the server requires of a sale's money: its own arithmetic gives the same sums, and the payments pay exactly that. */
import type { Payment, Sale, SaleItem } from '../../src/contract/sales.ts'
import { lineTotal, saleTotals } from '../../src/domain/sale-totals.ts'
import { Refusal } from './refusal.ts'

/** Cash is rounded to a thousand rupiah at most. */
const ROUNDING_LIMIT = 1000

export interface SaleMoney {
  /** Rupiah off the whole cart. */
  readonly cartDiscount: number
  /** Each line after its discount, in the order of the lines. */
  readonly lineAmounts: readonly number[]
}

/**
 * Throws a Refusal `totals_mismatch`. A sale without a tax rule may name a tax all the same, as the specification's own body
 * does: then it must be held in the prices or stand on top of them.
 */
export function checkTotals(
  sale: Sale,
  { tellsCartDiscount, tellsItems }: { tellsCartDiscount: boolean; tellsItems: boolean },
): SaleMoney {
  if (!tellsItems) return { cartDiscount: sale.cart_discount, lineAmounts: [] }
  const lines = sale.items.map(({ quantity, price, discount }) => ({ quantity, price, discount }))
  if (lines.length === 0) throw new Refusal('invalid', 'items: a sale has at least one line')
  if (lines.some((line) => lineTotal(line) < 0)) throw mismatch('a line has more discount than it costs')
  const lineDiscounts = lines.reduce((sum, { discount }) => sum + discount, 0)
  const cartDiscount = tellsCartDiscount ? sale.cart_discount : sale.discount_total - lineDiscounts
  const totals = saleTotals(lines, { cartDiscount, tax: sale.tax })
  if (sale.subtotal !== totals.subtotal) throw mismatch(`the lines make ${totals.subtotal}, not ${sale.subtotal}`)
  if (cartDiscount < 0 || sale.discount_total !== totals.discountTotal) {
    throw mismatch(`the discounts make ${totals.discountTotal}, not ${sale.discount_total}`)
  }
  const net = sale.subtotal - sale.discount_total
  if (net < 0) throw mismatch('there is more discount than the lines cost')
  if (Math.abs(sale.rounding_total) >= ROUNDING_LIMIT) throw mismatch('the rounding is too large')
  if (sale.tax !== null && sale.tax_total !== totals.taxTotal) {
    throw mismatch(`the tax is ${totals.taxTotal}, not ${sale.tax_total}`)
  }
  const due = sale.tax === null ? [net, net + sale.tax_total] : [totals.grandTotal]
  if (!due.includes(sale.grand_total - sale.rounding_total)) {
    throw mismatch(`the sale comes to ${due.at(-1)} before rounding, not ${sale.grand_total - sale.rounding_total}`)
  }
  return { cartDiscount, lineAmounts: lines.map(lineTotal) }
}

export interface PaymentPlan {
  readonly status: Sale['status']
  readonly paymentStatus: Sale['payment_status']
  /** The server pays it whole by the sale's own method: it was paid and came without payments. */
  readonly implied: number
}

/** Throws a Refusal when the payments do not pay what the sale says is paid, or pay more than there is to pay. */
export function planPayments(
  sale: Pick<Sale, 'status' | 'payment_status' | 'grand_total'>,
  payments: readonly Pick<Payment, 'amount'>[],
): PaymentPlan {
  const sum = payments.reduce((total, { amount }) => total + amount, 0)
  const due = sale.grand_total
  if (sum > due) throw new Refusal('amount_exceeded', `The payments make ${sum}, more than ${due}`)
  if (isVoidSale(sale)) return { status: 'void', paymentStatus: 'void', implied: 0 }
  const isPaid = sale.status === 'paid' && sale.payment_status === 'paid'
  if (isPaid && payments.length === 0) return { status: 'paid', paymentStatus: 'paid', implied: due }
  if (isPaid && sum !== due) throw mismatch(`the payments make ${sum}, not ${due}`)
  if (sum === due && payments.length > 0) return { status: 'paid', paymentStatus: 'paid', implied: 0 }
  return { status: sale.status, paymentStatus: sale.payment_status, implied: 0 }
}

/** Voided before it was ever sent: recorded, but nothing of it happened. */
export function isVoidSale({ status, payment_status }: Pick<Sale, 'status' | 'payment_status'>): boolean {
  return status === 'void' || payment_status === 'void'
}

/**
 * A payment that comes after its sale: how much of the implied payment it takes the place of. Throws `amount_exceeded`.
 * All in rupiah; `paid` without the implied payment.
 */
export function planLatePayment(sale: { grandTotal: number; paid: number; implied: number }, amount: number): number {
  const open = sale.grandTotal - sale.paid
  if (amount > open) throw new Refusal('amount_exceeded', `Only ${open} of this sale is not paid yet`)
  return Math.min(sale.implied, amount)
}

/** Whether a discount was given that somebody may have had to allow. */
export function hasDiscount(items: readonly Pick<SaleItem, 'discount'>[], cartDiscount: number): boolean {
  return cartDiscount > 0 || items.some(({ discount }) => discount > 0)
}

/** Prices that differ from the server's, line by line. A product that is gone has none. */
export function priceDifferences(
  items: readonly SaleItem[],
  serverPrices: ReadonlyMap<number, number>,
): { readonly item: SaleItem; readonly serverPrice: number }[] {
  return items.flatMap((item) => {
    const serverPrice = serverPrices.get(item.product_id)
    return serverPrice === undefined || serverPrice === item.price ? [] : [{ item, serverPrice }]
  })
}

function mismatch(what: string): Refusal {
  return new Refusal('totals_mismatch', `The totals do not add up: ${what}`)
}

/** What the server makes of a sale's payments, and what it notes about prices. Sums are checked in check-sums.ts. */
import type { Payment, Sale, SaleItem } from '../../src/contract/sales.ts'
import { Refusal } from './refusal.ts'

export interface PaymentPlan {
  readonly status: Sale['status']
  readonly payment_status: Sale['payment_status']
  /** The server pays it whole by the sale's own method: it was paid and came without payments. */
  readonly implied: number
}

/** Payments that make another sum than the sale are booked as they came, and marked. */
export function planPayments(
  sale: Pick<Sale, 'status' | 'payment_status' | 'grand_total'>,
  payments: readonly Pick<Payment, 'amount'>[],
): PaymentPlan {
  const sum = payments.reduce((total, { amount }) => total + amount, 0)
  const due = sale.grand_total
  if (isVoidSale(sale)) return { status: 'void', payment_status: 'void', implied: 0 }
  const isPaid = sale.status === 'paid' && sale.payment_status === 'paid'
  if (isPaid) return { status: 'paid', payment_status: 'paid', implied: payments.length === 0 ? due : 0 }
  if (sum >= due && payments.length > 0) return { status: 'paid', payment_status: 'paid', implied: 0 }
  return { status: sale.status, payment_status: sale.payment_status, implied: 0 }
}

/** Its goods left, and it says itself that not all of its money came. */
export function isUnpaid({ status, payment_status }: PaymentPlan): boolean {
  return status !== 'paid' || payment_status !== 'paid'
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

/**
 * The server's own sums of a sale. A sale is a fact: it is booked as the counter says, and what the server's arithmetic or the
 * shop's settings do not give is marked, so that it never stands silently in the takings (docs/selling.md).
 */
import type { MarkKind } from '../../src/contract/review-reports.ts'
import type { Payment, Sale } from '../../src/contract/sales.ts'
import type { ShopSettings } from '../../src/contract/settings.ts'
import { taxRuleOf } from '../../src/domain/cart-totals.ts'
import { CASH } from '../../src/domain/payment.ts'
import {
  cashRounding,
  exceedsDiscountLimit,
  lineGross,
  lineTotal,
  type SaleTotals,
  saleTotals,
  shareOf,
} from '../../src/domain/sale-totals.ts'
import { Refusal } from './refusal.ts'

/** No amount on the wire or in the database is larger. */
const RUPIAH_MAX = 1_000_000_000_000
/** A price so many times the server's, or so small a part of it, is no price of last week. */
const PRICE_FACTOR = 2

/** What of the settings decides about sums. */
export type SumSettings = Pick<
  ShopSettings,
  'tax_rate_bp' | 'tax_included' | 'cash_rounding' | 'cash_rounding_mode' | 'discount_limit_bp'
>

/** Something that does not fit. Rupiah as the counter says and as the server computes it; null: it is not about money. */
export interface SumMark {
  readonly kind: MarkKind
  readonly claimed: number | null
  readonly computed: number | null
}

export interface CheckedSums {
  /** Rupiah off the whole cart. */
  readonly cartDiscount: number
  /** Each line after its discount, in the order of the lines. */
  readonly lineAmounts: readonly number[]
  readonly marks: readonly SumMark[]
}

/**
 * @param held every version of the settings that the counter may have had, one or more
 * Throws a Refusal `invalid` for a line that makes more money than an amount can hold: nobody sold that.
 */
export function checkSums(
  sale: Sale,
  { tellsCartDiscount }: { readonly tellsCartDiscount: boolean },
  payments: readonly Pick<Payment, 'payment_method' | 'amount'>[],
  held: readonly SumSettings[],
): CheckedSums {
  const paid = paymentMarks(sale, payments)
  if (sale.items.length === 0) {
    const noItems: SumMark[] = sale.grand_total > 0 ? [mark('no_items', sale.grand_total, null)] : []
    return { cartDiscount: sale.cart_discount ?? 0, lineAmounts: [], marks: [...noItems, ...paid] }
  }
  if (sale.items.some((item) => lineGross(item) > RUPIAH_MAX)) {
    throw new Refusal('invalid', 'items: a line makes more money than there is')
  }
  const lines = sale.items.map((item) => ({ ...item, discount: item.discount ?? 0 }))
  const lineDiscounts = lines.reduce((sum, { discount }) => sum + discount, 0)
  const cartDiscount = tellsCartDiscount
    ? (sale.cart_discount ?? 0)
    : Math.min(RUPIAH_MAX, Math.max(0, sale.discount_total - lineDiscounts))
  // A discount counts up to what there is to discount.
  const bounded = lines.map((line) => ({ ...line, discount: Math.min(line.discount, lineGross(line)) }))
  const net = bounded.reduce((sum, line) => sum + lineTotal(line), 0)
  const sums = (tax: Sale['tax']) => saleTotals(bounded, { cartDiscount: Math.min(cartDiscount, net), tax })
  const possible = held.map(taxRuleOf).map(sums)
  return {
    cartDiscount,
    lineAmounts: lines.map(lineTotal),
    marks: [
      ...totalMarks(sale, possible, sums),
      ...roundingMarks(sale, payments, held),
      ...paid,
      ...discountMarks(sale, bounded, Math.min(cartDiscount, net), held),
    ],
  }
}

function totalMarks(sale: Sale, possible: readonly SaleTotals[], sums: (tax: Sale['tax']) => SaleTotals): SumMark[] {
  const beforeRounding = sale.grand_total - sale.rounding_total
  const fits = (totals: SaleTotals) =>
    sale.subtotal === totals.subtotal &&
    sale.discount_total === totals.discountTotal &&
    sale.tax_total === totals.taxTotal &&
    beforeRounding === totals.grandTotal
  if (possible.some(fits)) return []
  const [nearest] = possible.toSorted(
    (a, b) => Math.abs(a.grandTotal - beforeRounding) - Math.abs(b.grandTotal - beforeRounding),
  )
  if (!nearest) return []
  if (!addsUpByItself(sale, sums(sale.tax), fits)) return [mark('sum', sale.grand_total, nearest.grandTotal)]
  return [mark('tax', sale.tax_total, nearest.taxTotal)]
}

/** By its own tax. A sale without a tax rule may name a tax all the same: then it is held in the prices, or stands on top. */
function addsUpByItself(sale: Sale, own: SaleTotals, fits: (totals: SaleTotals) => boolean): boolean {
  if (sale.tax !== null) return fits(own)
  if (sale.tax_total > own.grandTotal) return false
  return [own.grandTotal, own.grandTotal + sale.tax_total].some((grandTotal) =>
    fits({ ...own, taxTotal: sale.tax_total, grandTotal }),
  )
}

/** Only what closes a sale in cash is rounded, and only by the shop's rule. A sale that was not rounded needs none. */
function roundingMarks(
  sale: Sale,
  payments: readonly Pick<Payment, 'payment_method' | 'amount'>[],
  held: readonly SumSettings[],
): SumMark[] {
  const { rounding_total: rounding, grand_total: total } = sale
  if (rounding === 0) return []
  const whole = { payment_method: sale.payment_method, amount: total }
  const cash = (payments.length === 0 ? [whole] : payments).filter(({ payment_method: method }) => method === CASH)
  const isRounded = held.some(({ cash_rounding: step, cash_rounding_mode: mode }) =>
    cash.some(({ amount }) => cashRounding(amount - rounding, step, mode) === rounding),
  )
  if (isRounded) return []
  const [rule] = held
  const due = rule && cash.length > 0 ? cashRounding(total - rounding, rule.cash_rounding, rule.cash_rounding_mode) : 0
  return [mark('rounding', rounding, due)]
}

function paymentMarks(
  { status, payment_status: paymentStatus, grand_total: due }: Sale,
  payments: readonly Pick<Payment, 'amount'>[],
): SumMark[] {
  if (payments.length === 0) return []
  const sum = payments.reduce((total, { amount }) => total + amount, 0)
  const isPaid = status === 'paid' && paymentStatus === 'paid'
  return sum > due || (isPaid && sum !== due) ? [mark('payments', sum, due)] : []
}

/** A discount over the cashier's own limit that nobody is said to have allowed. */
function discountMarks(
  sale: Sale,
  lines: readonly { readonly quantity: number; readonly price: number; readonly discount: number }[],
  cartDiscount: number,
  held: readonly SumSettings[],
): SumMark[] {
  if (sale.approved_by !== null) return []
  const { subtotal, discountTotal } = saleTotals(lines, { cartDiscount, tax: null })
  const discountCount = lines.filter(({ discount }) => discount > 0).length + (cartDiscount > 0 ? 1 : 0)
  const limit = Math.max(...held.map(({ discount_limit_bp: each }) => each))
  if (!exceedsDiscountLimit({ subtotal, discountTotal, discountCount }, limit)) return []
  return [mark('approval_missing', discountTotal, shareOf(subtotal, limit))]
}

/**
 * Lines whose price is far from the server's (of nothing every price is), and lines of products that the branch does not have or
 * has no more: nothing says what those cost. Smaller differences are recorded for themselves.
 */
export function priceMarks(
  items: readonly Pick<Sale['items'][number], 'product_id' | 'quantity' | 'price'>[],
  serverPrices: ReadonlyMap<number, number>,
): SumMark[] {
  const lines = items.map((item) => ({ item, price: serverPrices.get(item.product_id) }))
  const unknown = lines.filter(({ price }) => price === undefined).map(({ item }) => lineGross(item))
  const far = lines.flatMap(({ item, price }) => {
    if (price === undefined) return []
    const isNear = item.price <= price * PRICE_FACTOR && item.price * PRICE_FACTOR >= price
    return isNear ? [] : [{ claimed: lineGross(item), computed: lineGross({ ...item, price }) }]
  })
  const claimed = sumOf(far.map((line) => line.claimed))
  const computed = sumOf(far.map((line) => line.computed))
  return [
    ...(unknown.length === 0 ? [] : [mark('product_unknown', sumOf(unknown), null)]),
    // What the server's price makes of any quantity is bounded by nothing else, and the column is.
    ...(far.length === 0 ? [] : [mark('price', claimed, Math.min(computed, Number.MAX_SAFE_INTEGER))]),
  ]
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0)
}

function mark(kind: MarkKind, claimed: number | null, computed: number | null): SumMark {
  return { kind, claimed, computed }
}

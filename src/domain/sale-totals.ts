/**
 * The arithmetic of a sale, the same on the counter and on the server: whole rupiah in, whole rupiah out, quantities in
 * thousandths, no floating point sum anywhere. Halves are rounded up, as people at a counter expect.
 */
import { toThousandths } from './quantity.ts'

export interface TotalsLine {
  /** Units, at most three decimals, above zero. */
  readonly quantity: number
  /** Rupiah for one unit. */
  readonly price: number
  /** Rupiah off the whole line, at most the line's gross. */
  readonly discount: number
}

export interface TotalsRule {
  /** Rupiah off the whole cart, beside the lines' own. */
  readonly cartDiscount: number
  /** Null: no tax. */
  readonly tax: { readonly rate_bp: number; readonly included: boolean } | null
}

/** Whole rupiah. `grandTotal` is without cash rounding: that depends on how it is paid (see roundCash). */
export interface SaleTotals {
  readonly subtotal: number
  readonly discountTotal: number
  /** Part of the grand total when included, on top of it when not. */
  readonly taxTotal: number
  readonly grandTotal: number
}

/** Price times quantity before discounts. Exact up to 10^12 rupiah. */
export function lineGross({ quantity, price }: Pick<TotalsLine, 'quantity' | 'price'>): number {
  return divideRounded(BigInt(price) * BigInt(toThousandths(quantity)), 1000n)
}

export function lineTotal(line: TotalsLine): number {
  return lineGross(line) - line.discount
}

export function saleTotals(lines: readonly TotalsLine[], { cartDiscount, tax }: TotalsRule): SaleTotals {
  const subtotal = lines.reduce((sum, line) => sum + lineGross(line), 0)
  const discountTotal = lines.reduce((sum, { discount }) => sum + discount, 0) + cartDiscount
  const net = subtotal - discountTotal
  const taxTotal = tax === null ? 0 : taxOf(net, tax)
  return { subtotal, discountTotal, taxTotal, grandTotal: tax?.included === false ? net + taxTotal : net }
}

/** Tax held in `net`, or to be added to it. */
function taxOf(net: number, { rate_bp: rate, included }: { rate_bp: number; included: boolean }): number {
  return divideRounded(BigInt(net) * BigInt(rate), included ? 10_000n + BigInt(rate) : 10_000n)
}

/** A percentage of an amount, in basis points. */
export function shareOf(amount: number, basisPoints: number): number {
  return divideRounded(BigInt(amount) * BigInt(basisPoints), 10_000n)
}

/**
 * True when discounts pass a limit in basis points of the undiscounted total. A percentage of a small amount is rounded to whole
 * rupiah: ten percent of 335 is 34, and still ten percent.
 */
export function exceedsDiscountLimit(
  {
    subtotal,
    discountTotal,
    discountCount,
  }: { readonly subtotal: number; readonly discountTotal: number; readonly discountCount: number },
  limitBasisPoints: number,
): boolean {
  return discountTotal > shareOf(subtotal, limitBasisPoints) + Math.max(0, discountCount - 1)
}

export type CashRoundingMode = 'nearest' | 'down' | 'up'

/** What cash rounding adds to (or takes from) an amount so that it is a multiple of `step` rupiah. Halves go up. */
export function cashRounding(amount: number, step: number, mode: CashRoundingMode): number {
  const rest = ((amount % step) + step) % step
  if (rest === 0) return 0
  const isUp = mode === 'up' || (mode === 'nearest' && rest * 2 >= step)
  return isUp ? step - rest : -rest
}

/** Halves up, also below zero. */
function divideRounded(dividend: bigint, divisor: bigint): number {
  const doubled = 2n * dividend + divisor
  const quotient = doubled / (2n * divisor)
  return Number(doubled % (2n * divisor) < 0n ? quotient - 1n : quotient)
}

/** The sums of a cart, and its lines as they are sold. Money in whole rupiah. */
import type { Cart, CartLine, Discount } from './cart.ts'
import { lineGross, type SaleTotals, saleTotals, shareOf, type TotalsRule } from './sale-totals.ts'
import { isMeasured } from './unit.ts'

export interface CartLineTotals {
  readonly line: CartLine
  /** Before its discount. */
  readonly gross: number
  /** Rupiah off the line, never more than its gross. */
  readonly discount: number
  readonly total: number
}

export interface CartTotals extends SaleTotals {
  readonly lines: readonly CartLineTotals[]
  /** Rupiah off the whole cart; part of `discountTotal`. */
  readonly cartDiscount: number
}

/** The sums of the cart. None is below zero: a discount counts up to what there is to discount. */
export function cartTotals(cart: Cart, tax: TotalsRule['tax']): CartTotals {
  const lines = cart.lines.map((line) => {
    const gross = lineGross(line)
    const discount = discountOn(gross, line.discount)
    return { line, gross, discount, total: gross - discount }
  })
  const cartDiscount = discountOn(
    lines.reduce((sum, { total }) => sum + total, 0),
    cart.discount,
  )
  const sums = saleTotals(
    lines.map(({ line, discount }) => ({ quantity: line.quantity, price: line.price, discount })),
    { cartDiscount, tax },
  )
  return { ...sums, lines, cartDiscount }
}

/** Pieces in the cart for its badge: goods by weight count as one. */
export function countPieces(cart: Cart): number {
  return cart.lines.reduce((sum, { quantity, unit }) => sum + (isMeasured(unit) ? 1 : quantity), 0)
}

/** The shop's tax as sales carry it; null: none. */
export function taxRuleOf(settings: {
  readonly tax_rate_bp: number
  readonly tax_included: boolean
}): TotalsRule['tax'] {
  return settings.tax_rate_bp === 0 ? null : { rate_bp: settings.tax_rate_bp, included: settings.tax_included }
}

/** One line as it is uploaded (specification section 3). */
export interface CartSaleItem {
  readonly product_id: number
  readonly product_name: string
  readonly unit: string
  readonly quantity: number
  readonly price: number
  readonly discount: number
  readonly note: string | null
  readonly master_price: number
  readonly stock_shown: number | null
}

export function toSaleItems(cart: Cart): CartSaleItem[] {
  return cartTotals(cart, null).lines.map(({ line, discount }) => ({
    product_id: line.productId,
    product_name: line.name,
    unit: line.unit,
    quantity: line.quantity,
    price: line.price,
    discount,
    note: line.note === '' ? null : line.note,
    master_price: line.masterPrice,
    stock_shown: line.stockShown,
  }))
}

function discountOn(base: number, discount: Discount | null): number {
  if (discount === null) return 0
  return Math.min(base, discount.kind === 'amount' ? discount.amount : shareOf(base, discount.basisPoints))
}

export function netOfLines(cart: Cart): number {
  return cart.lines.reduce((sum, line) => sum + lineGross(line) - discountOn(lineGross(line), line.discount), 0)
}

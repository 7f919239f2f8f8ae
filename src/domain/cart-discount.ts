/**
 * What a cart gives away: discounts on lines and on the whole, and who allowed them. A permission is for the share that was seen, and
 * ends when the cart gives away more.
 */
import { type ApprovalFacts, covers } from './approval.ts'
import {
  type Cart,
  type CartChange,
  type CartRefusal,
  type Discount,
  type DiscountProof,
  findLine,
  refuse,
  replaceLine,
} from './cart.ts'
import { cartTotals, netOfLines } from './cart-totals.ts'
import { exceedsDiscountLimit, lineGross } from './sale-totals.ts'

const FULL_BASIS_POINTS = 10_000

/** Null takes the discount away. */
export function setLineDiscount(cart: Cart, lineId: string, discount: Discount | null): CartChange {
  const line = findLine(cart, lineId)
  if (!line) return { ok: true, cart }
  const refusal = discountRefusal(discount, lineGross(line))
  if (refusal) return refuse(refusal)
  return { ok: true, cart: { ...withoutApproval(cart), lines: replaceLine(cart, { ...line, discount }) } }
}

/** On what the lines' own discounts leave. Null takes it away. */
export function setCartDiscount(cart: Cart, discount: Discount | null): CartChange {
  const refusal = discountRefusal(discount, netOfLines(cart))
  if (refusal) return refuse(refusal)
  return { ok: true, cart: { ...withoutApproval(cart), discount } }
}

/** The proof of an approval of these discounts, as a cart keeps it. */
export function discountProof(
  given: Pick<DiscountProof, 'text' | 'deviceId'> | null,
  { amount, base }: Pick<DiscountProof, 'amount' | 'base'>,
): DiscountProof | null {
  return given && { text: given.text, deviceId: given.deviceId, amount, base }
}

export function approveDiscount(cart: Cart, staffId: number, proof: DiscountProof | null = null): Cart {
  return { ...withoutApproval(cart), approvedBy: staffId, ...(proof === null ? {} : { proof }) }
}

/** The cart with a permission that was given for `seen`; without it when it gives away a larger share by now. */
export function approveAsSeen(cart: Cart, seen: Cart, staffId: number, proof: DiscountProof | null = null): Cart {
  return keepApproval(seen, approveDiscount(cart, staffId, proof))
}

/** What somebody has to allow before the cart is sold: its discounts, and what they are taken off. */
export function discountFacts(cart: Cart): ApprovalFacts & { readonly amount: number; readonly base: number } {
  const { subtotal, discountTotal } = cartTotals(cart, null)
  return { what: 'discount', record: cart.saleId, sale: null, amount: discountTotal, base: subtotal }
}

/** True when the discounts pass the cashier's own limit, in basis points of the undiscounted total, and nobody allowed them. */
export function needsDiscountApproval(cart: Cart, limitBasisPoints: number): boolean {
  if (cart.approvedBy !== null) return false
  const { subtotal, discountTotal } = cartTotals(cart, null)
  return exceedsDiscountLimit({ subtotal, discountTotal, discountCount: countDiscounts(cart) }, limitBasisPoints)
}

function discountRefusal(discount: Discount | null, base: number): CartRefusal | null {
  if (discount === null) return null
  const value = discount.kind === 'amount' ? discount.amount : discount.basisPoints
  if (!(Number.isInteger(value) && value > 0)) return 'discount-not-positive'
  return value > (discount.kind === 'amount' ? base : FULL_BASIS_POINTS) ? 'discount-too-large' : null
}

function countDiscounts(cart: Cart): number {
  return cart.lines.filter(({ discount }) => discount !== null).length + (cart.discount === null ? 0 : 1)
}

/**
 * A permission holds for the share that was allowed, not for a larger one. What was signed also says how much it was: the same share of
 * more is asked for again, or the proof would not hold.
 */
export function keepApproval(before: Cart, after: Cart): Cart {
  if (after.approvedBy === null) return after
  if (after.proof) {
    const { text: _, ...signed } = after.proof
    const facts = discountFacts(after)
    return covers({ ...facts, ...signed }, facts, countGiven(after)) ? after : withoutApproval(after)
  }
  const was = cartTotals(before, null)
  const is = cartTotals(after, null)
  // Rounding to whole rupiah moves a share by less than one rupiah a discount.
  const hasGrown = (is.discountTotal - countDiscounts(after)) * was.subtotal > was.discountTotal * is.subtotal
  return hasGrown ? withoutApproval(after) : after
}

/** Discounts that come to a rupiah or more. */
function countGiven(cart: Cart): number {
  const { lines, cartDiscount } = cartTotals(cart, null)
  return lines.filter(({ discount }) => discount > 0).length + (cartDiscount > 0 ? 1 : 0)
}

export function withoutApproval({ proof: _, ...cart }: Cart): Cart {
  return { ...cart, approvedBy: null }
}

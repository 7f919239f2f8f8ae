/**
 * A cart before it is sold. Plain data, kept in the database as it is; every change is a pure function that returns a new
 * cart, or says why not. Money in whole rupiah, quantities in units with at most three decimals.
 */
import { type ApprovalFacts, covers } from './approval.ts'
import { addQuantities, fromThousandths, toThousandths } from './quantity.ts'
import {
  exceedsDiscountLimit,
  lineGross,
  type SaleTotals,
  saleTotals,
  shareOf,
  type TotalsRule,
} from './sale-totals.ts'

export type Discount =
  | { readonly kind: 'amount'; readonly amount: number }
  | { readonly kind: 'percent'; readonly basisPoints: number }

export interface CartLine {
  /** One line a product: adding it again adds to its quantity. */
  readonly lineId: string
  readonly productId: number
  readonly name: string
  readonly unit: string
  readonly quantity: number
  /** Price for one unit as it will be sold: what the counter showed when the line was made. */
  readonly price: number
  /** The catalogue's price as the cashier last saw and settled it: another one by now is a question to the cashier. */
  readonly masterPrice: number
  readonly discount: Discount | null
  readonly note: string
  /** The stock that the counter showed when the line was last changed (rule S9). */
  readonly stockShown: number | null
  /** The cashier was told that the quantity exceeds the stock shown, and goes on. */
  readonly belowStockAccepted: boolean
  /** The cashier was told that the product is no longer sold, and keeps it. */
  readonly goneAccepted: boolean
}

export interface Cart {
  readonly cartId: string
  /** `offline_id` of the sale that this cart becomes, made with the cart: no tap can make a second one (rule Q2). */
  readonly saleId: string
  /** What a person calls it while it is on hold; empty: its number. */
  readonly label: string
  readonly lines: readonly CartLine[]
  readonly discount: Discount | null
  readonly note: string
  /** Who allowed the discounts over the limit; cleared when they change or grow. */
  readonly approvedBy: number | null
  /** Shows that they were there; absent: nothing does. */
  readonly proof?: DiscountProof | null | undefined
  /** Client time, ms. */
  readonly createdAt: number
}

/** A signed approval (src/contract/approval.ts) of so many rupiah of discounts on so many before them. */
export interface DiscountProof {
  readonly text: string
  /** Where it was given: a cart may outlive this device's name, and a proof does not. */
  readonly deviceId: string
  readonly amount: number
  readonly base: number
}

/** What a cart takes over from the catalogue. */
export interface CartProduct {
  readonly id: number
  readonly name: string
  readonly unit: string
  readonly price: number
}

/**
 * Why a change was refused. `not-whole`: goods by the piece have no decimals. `total-too-large`: the sum would pass what a
 * sale may be. `discount-too-large`: more than the line or the cart is worth. `lines-full`: no more lines in one sale.
 */
export type CartRefusal =
  | 'quantity-not-positive'
  | 'quantity-too-large'
  | 'quantity-decimals'
  | 'not-whole'
  | 'total-too-large'
  | 'discount-not-positive'
  | 'discount-too-large'
  | 'lines-full'

export type CartChange =
  | { readonly ok: true; readonly cart: Cart }
  | { readonly ok: false; readonly reason: CartRefusal }

/** Units of one line: more is a barcode that was typed into the wrong field. */
export const QUANTITY_MAX = 99_999
/** Lines of one sale, as the server takes them. */
export const CART_LINES_MAX = 500
/** Rupiah of one sale before discounts, as the server takes it. */
export const SUBTOTAL_MAX = 1_000_000_000_000
export const NOTE_MAX = 500
export const LABEL_MAX = 40

const FULL_BASIS_POINTS = 10_000
const MEASURES =
  /^(kg|kilo|kilogram|g|gr|gram|mg|ons|hg|ton|kw|kuintal|l|lt|ltr|liter|litre|ml|cc|dl|cl|m|mtr|meter|metre|cm|m2|m²|m3|m³|yard|yd|lb|oz)\.?$/i

/** True for goods by weight, volume or length, whose quantities have decimals. */
export function isMeasured(unit: string): boolean {
  return MEASURES.test(unit.trim())
}

/** True where a thousandth is what a scale shows, and a thousand of them is no sale at a counter: `1,250` kg, not `1,250` g. */
export function sellsThousandths(unit: string): boolean {
  return /^(kg|kilo|kilogram|ton|kw|kuintal|l|lt|ltr|liter|litre|m|mtr|meter|metre)\.?$/i.test(unit.trim())
}

/** What one press on plus or minus adds or takes. */
export function quantityStep(unit: string): number {
  return isMeasured(unit) ? 0.1 : 1
}

export function newCart({ cartId, saleId, createdAt }: Pick<Cart, 'cartId' | 'saleId' | 'createdAt'>): Cart {
  return { cartId, saleId, label: '', lines: [], discount: null, note: '', approvedBy: null, createdAt }
}

/** Adds to the product's line, or begins it at the end of the cart. */
export function addProduct(
  cart: Cart,
  product: CartProduct,
  { quantity, stockShown }: { readonly quantity: number; readonly stockShown: number | null },
): CartChange {
  const present = cart.lines.find(({ productId }) => productId === product.id)
  if (present) return setQuantity(cart, present.lineId, addQuantities(present.quantity, quantity), stockShown)
  if (cart.lines.length >= CART_LINES_MAX) return refuse('lines-full')
  const { id, name, unit, price } = product
  const line: CartLine = {
    lineId: String(id),
    productId: id,
    name,
    unit,
    quantity,
    price,
    masterPrice: price,
    discount: null,
    note: '',
    stockShown,
    belowStockAccepted: false,
    goneAccepted: false,
  }
  return withLines(cart, [...cart.lines, line], quantityRefusal(quantity, unit))
}

export function setQuantity(cart: Cart, lineId: string, quantity: number, stockShown: number | null): CartChange {
  const line = findLine(cart, lineId)
  if (!line) return { ok: true, cart }
  const lines = replaceLine(cart, { ...line, quantity, stockShown })
  return withLines(cart, lines, quantityRefusal(quantity, line.unit))
}

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

export function setLineNote(cart: Cart, lineId: string, note: string): Cart {
  return changeLine(cart, lineId, { note: note.trim().slice(0, NOTE_MAX) })
}

export function setCartNote(cart: Cart, note: string): Cart {
  return { ...cart, note: note.trim().slice(0, NOTE_MAX) }
}

export function setLabel(cart: Cart, label: string): Cart {
  return { ...cart, label: label.trim().slice(0, LABEL_MAX) }
}

export function removeLine(cart: Cart, lineId: string): Cart {
  const lines = cart.lines.filter((line) => line.lineId !== lineId)
  return lines.length === cart.lines.length ? cart : keepApproval(cart, { ...cart, lines })
}

/** Empty, and without what belonged to its lines; still the same cart. */
export function clearCart(cart: Cart): Cart {
  return { ...withoutApproval(cart), lines: [], discount: null, note: '' }
}

/** Sells the line at the catalogue's new price. */
export function takeNewPrice(cart: Cart, lineId: string, price: number): CartChange {
  const line = findLine(cart, lineId)
  if (!line) return { ok: true, cart }
  return withLines(cart, replaceLine(cart, { ...line, price, masterPrice: price }), null)
}

/** Sells the line at the price it holds, though the catalogue says `masterPrice` now. */
export function keepPrice(cart: Cart, lineId: string, masterPrice: number): Cart {
  return changeLine(cart, lineId, { masterPrice })
}

/** Sells the line though its product is no longer sold. */
export function keepGoneProduct(cart: Cart, lineId: string): Cart {
  return changeLine(cart, lineId, { goneAccepted: true })
}

/** The cashier was warned and holds the goods in the hands. */
export function acceptBelowStock(cart: Cart, lineIds: readonly string[]): Cart {
  const lines = cart.lines.map((line) =>
    lineIds.includes(line.lineId) && !line.belowStockAccepted ? { ...line, belowStockAccepted: true } : line,
  )
  return { ...cart, lines }
}

/** The cart with the stock that the counter shows now; a product that is not known keeps what it had. */
export function withStockShown(cart: Cart, stockOf: (productId: number) => number | undefined): Cart {
  const lines = cart.lines.map((line) => {
    const stockShown = stockOf(line.productId) ?? line.stockShown
    return stockShown === line.stockShown ? line : { ...line, stockShown }
  })
  return lines.every((line, index) => line === cart.lines[index]) ? cart : { ...cart, lines }
}

/** True when selling the line takes the stock that was shown below zero. */
export function isBelowStock({ quantity, stockShown }: Pick<CartLine, 'quantity' | 'stockShown'>): boolean {
  return stockShown !== null && toThousandths(quantity) > toThousandths(stockShown)
}

/** Lines that go below the stock shown and that nobody has accepted yet: one warning for all of them. */
export function unacceptedBelowStock(cart: Cart): readonly CartLine[] {
  return cart.lines.filter((line) => !line.belowStockAccepted && isBelowStock(line))
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

function refuse(reason: CartRefusal): CartChange {
  return { ok: false, reason }
}

function findLine(cart: Cart, lineId: string): CartLine | undefined {
  return cart.lines.find((line) => line.lineId === lineId)
}

function replaceLine(cart: Cart, changed: CartLine): readonly CartLine[] {
  return cart.lines.map((line) => (line.lineId === changed.lineId ? changed : line))
}

function changeLine(cart: Cart, lineId: string, change: Partial<CartLine>): Cart {
  const line = findLine(cart, lineId)
  return line ? { ...cart, lines: replaceLine(cart, { ...line, ...change }) } : cart
}

function withLines(cart: Cart, lines: readonly CartLine[], refusal: CartRefusal | null): CartChange {
  if (refusal) return refuse(refusal)
  // As floating point, only to compare: the sums themselves are exact.
  const estimate = lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0)
  if (estimate > SUBTOTAL_MAX) return refuse('total-too-large')
  return { ok: true, cart: keepApproval(cart, { ...cart, lines }) }
}

function quantityRefusal(quantity: number, unit: string): CartRefusal | null {
  if (!(quantity > 0)) return 'quantity-not-positive'
  if (quantity > QUANTITY_MAX) return 'quantity-too-large'
  if (fromThousandths(toThousandths(quantity)) !== quantity) return 'quantity-decimals'
  return Number.isInteger(quantity) || isMeasured(unit) ? null : 'not-whole'
}

function discountRefusal(discount: Discount | null, base: number): CartRefusal | null {
  if (discount === null) return null
  const value = discount.kind === 'amount' ? discount.amount : discount.basisPoints
  if (!(Number.isInteger(value) && value > 0)) return 'discount-not-positive'
  return value > (discount.kind === 'amount' ? base : FULL_BASIS_POINTS) ? 'discount-too-large' : null
}

function discountOn(base: number, discount: Discount | null): number {
  if (discount === null) return 0
  return Math.min(base, discount.kind === 'amount' ? discount.amount : shareOf(base, discount.basisPoints))
}

function netOfLines(cart: Cart): number {
  return cart.lines.reduce((sum, line) => sum + lineGross(line) - discountOn(lineGross(line), line.discount), 0)
}

function countDiscounts(cart: Cart): number {
  return cart.lines.filter(({ discount }) => discount !== null).length + (cart.discount === null ? 0 : 1)
}

/**
 * A permission holds for the share that was allowed, not for a larger one. What was signed also says how much it was: the same share of
 * more is asked for again, or the proof would not hold.
 */
function keepApproval(before: Cart, after: Cart): Cart {
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

function withoutApproval({ proof: _, ...cart }: Cart): Cart {
  return { ...cart, approvedBy: null }
}

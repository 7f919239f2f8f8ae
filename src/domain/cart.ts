/**
 * A cart before it is sold: its shape and its limits. Plain data, kept in the database as it is. Money in whole rupiah, quantities in
 * units with at most three decimals.
 */

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

export function newCart({ cartId, saleId, createdAt }: Pick<Cart, 'cartId' | 'saleId' | 'createdAt'>): Cart {
  return { cartId, saleId, label: '', lines: [], discount: null, note: '', approvedBy: null, createdAt }
}

export function refuse(reason: CartRefusal): CartChange {
  return { ok: false, reason }
}

export function findLine(cart: Cart, lineId: string): CartLine | undefined {
  return cart.lines.find((line) => line.lineId === lineId)
}

export function replaceLine(cart: Cart, changed: CartLine): readonly CartLine[] {
  return cart.lines.map((line) => (line.lineId === changed.lineId ? changed : line))
}

/**
 * A cart before it is sold. Plain data, kept in the database as it is; every change is a pure function that returns a new
 * cart. Money in whole rupiah, quantities in units with at most three decimals.
 */

export type Discount =
  | { readonly kind: 'amount'; readonly amount: number }
  | { readonly kind: 'percent'; readonly basisPoints: number }

export interface CartLine {
  readonly lineId: string
  readonly productId: number
  readonly name: string
  readonly unit: string
  readonly quantity: number
  /** Price for one unit as it will be sold: what the counter showed when the line was made. */
  readonly price: number
  readonly discount: Discount | null
  readonly note: string
  /** The stock that the counter showed when the line was last changed (rule S9). */
  readonly stockShown: number | null
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
  /** Who allowed the discounts over the limit; cleared when they change. */
  readonly approvedBy: number | null
  /** Client time, ms. */
  readonly createdAt: number
}

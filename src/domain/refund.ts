/**
 * What a refund hands back. Whole rupiah, quantities in thousandths. What was paid for a sale (discounts, tax and cash rounding
 * in it) is shared over its products by what each cost after its own discount; a part of a product gets its part of that share.
 * Nothing is lost or made by rounding: all refunds of a sale never exceed what was paid, and when everything came back by the
 * way it was paid, exactly that was handed back.
 *
 * The wire names refunded goods by product, so lines of one product are one here.
 */
import { fromThousandths, toThousandths } from './quantity.ts'
import { type CashRoundingMode, cashRounding, lineTotal, type TotalsLine } from './sale-totals.ts'

export interface SoldLine extends TotalsLine {
  readonly productId: number
}

export interface PaidSale {
  readonly lines: readonly SoldLine[]
  /** What the customer paid in all. */
  readonly paid: number
}

export interface EarlierRefund {
  readonly total: number
  readonly lines: readonly { readonly product_id: number; readonly quantity: number; readonly amount: number }[]
}

/** One product of a sale: `left` units may still come back. `paid` is its share of the whole, `refunded` of the units. */
export interface RefundableProduct {
  readonly productId: number
  readonly sold: number
  readonly refunded: number
  readonly left: number
  readonly paid: number
  readonly handedBack: number
}

export interface RefundChoice {
  readonly productId: number
  readonly quantity: number
}

export interface RefundSums {
  /** As they are uploaded: `amount` is what is handed back for the line, cash rounding in it; they add up to `total`. */
  readonly lines: readonly { readonly product_id: number; readonly quantity: number; readonly amount: number }[]
  /** Before cash rounding. */
  readonly goods: number
  readonly rounding: number
  readonly total: number
}

/** The sale's products in the order of their first lines, with what is left of each. */
export function refundableProducts(sale: PaidSale, earlier: readonly EarlierRefund[]): RefundableProduct[] {
  const sold = new Map<number, { thousandths: number; net: number }>()
  for (const line of sale.lines) {
    const known = sold.get(line.productId) ?? { thousandths: 0, net: 0 }
    sold.set(line.productId, {
      thousandths: known.thousandths + toThousandths(line.quantity),
      net: known.net + lineTotal(line),
    })
  }
  const shares = spread(
    sale.paid,
    [...sold.values()].map(({ net }) => net),
  )
  return [...sold].map(([productId, { thousandths }], index) => {
    const back = earlier.flatMap(({ lines }) => lines.filter((line) => line.product_id === productId))
    const refunded = Math.min(
      thousandths,
      back.reduce((sum, { quantity }) => sum + toThousandths(quantity), 0),
    )
    return {
      productId,
      sold: fromThousandths(thousandths),
      refunded: fromThousandths(refunded),
      left: fromThousandths(thousandths - refunded),
      paid: shares[index] ?? 0,
      handedBack: back.reduce((sum, { amount }) => sum + amount, 0),
    }
  })
}

/** What of the payment is still here: no refund can be more. */
export function refundLimit(sale: PaidSale, earlier: readonly EarlierRefund[]): number {
  return Math.max(
    0,
    earlier.reduce((rest, { total }) => rest - total, sale.paid),
  )
}

/**
 * Sums of one refund. A quantity above what is left counts as what is left; nothing chosen gives zero.
 * @param cash rounding of what is paid out in cash; null when it is paid back another way
 */
export function refundSums(
  sale: PaidSale,
  earlier: readonly EarlierRefund[],
  choices: readonly RefundChoice[],
  cash: { readonly step: number; readonly mode: CashRoundingMode } | null,
): RefundSums {
  const limit = refundLimit(sale, earlier)
  const products = refundableProducts(sale, earlier).map((product) => {
    const wanted = choices.find(({ productId }) => productId === product.productId)?.quantity ?? 0
    const quantity = Math.max(0, Math.min(toThousandths(product.left), toThousandths(wanted)))
    return { product, quantity, due: quantity === 0 ? 0 : dueFor(product, quantity) }
  })
  const chosen = products.filter(({ quantity }) => quantity > 0)
  const isLast =
    chosen.length > 0 && products.every(({ product, quantity }) => quantity === toThousandths(product.left))
  const due = chosen.reduce((sum, line) => sum + line.due, 0)
  const goods = isLast ? limit : Math.min(due, limit)
  const rounding = cash === null ? 0 : roundingWithin(goods, limit, cash)
  const total = goods + rounding
  const amounts = spread(
    total,
    chosen.map((line) => line.due),
  )
  return {
    lines: chosen.map(({ product, quantity }, index) => ({
      product_id: product.productId,
      quantity: fromThousandths(quantity),
      amount: amounts[index] ?? 0,
    })),
    goods,
    rounding,
    total,
  }
}

/** Up to and with these units, less what was handed back before: parts of a product add up to its share whatever the steps. */
function dueFor({ sold, refunded, paid, handedBack }: RefundableProduct, quantity: number): number {
  const upTo = partOf(paid, toThousandths(refunded) + quantity, toThousandths(sold))
  return Math.max(0, upTo - handedBack)
}

/** Never above what is left: then the coins that are missing stay with the shop. */
function roundingWithin(
  goods: number,
  limit: number,
  { step, mode }: { step: number; mode: CashRoundingMode },
): number {
  const rounding = cashRounding(goods, step, mode)
  return goods + rounding > limit ? cashRounding(goods, step, 'down') : rounding
}

/** Shares of `amount` by weight that add up to it exactly; equal ones when nothing has a weight. */
function spread(amount: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (sum === 0)
    return weights.length === 0
      ? []
      : spread(
          amount,
          weights.map(() => 1),
        )
  let weight = 0
  let given = 0
  return weights.map((own) => {
    weight += own
    const share = partOf(amount, weight, sum) - given
    given += share
    return share
  })
}

/** `amount × part / whole`, rounded half up. */
function partOf(amount: number, part: number, whole: number): number {
  const divisor = BigInt(whole)
  return Number((2n * BigInt(amount) * BigInt(part) + divisor) / (2n * divisor))
}

import type { Refund } from '../../src/contract/sales.ts'
import { CASH } from '../../src/domain/payment.ts'
import { fromThousandths } from '../../src/domain/quantity.ts'
import { type EarlierRefund, type PaidSale, refundSums } from '../../src/domain/refund.ts'
import type { SumMark, SumSettings } from './check-sums.ts'
import { sumByProduct } from './plan-stock.ts'
import { Refusal } from './refusal.ts'

/** Cash handed back is rounded to a thousand rupiah at most. */
const ROUNDING_LIMIT = 1000

/**
 * A refund gives back no more than was sold and not yet returned (`left`, thousandths by product), and no more money than was
 * paid and not yet refunded (`moneyLeft`, rupiah). Throws a Refusal. Resolves to the quantities that come back.
 */
export function checkRefund(
  refund: Pick<Refund, 'items' | 'refund_total'>,
  { left, moneyLeft }: { left: ReadonlyMap<number, number>; moneyLeft: number },
): Map<number, number> {
  const returned = sumByProduct(refund.items)
  for (const [id, quantity] of returned) {
    const most = left.get(id) ?? 0
    if (quantity > most) {
      throw new Refusal('quantity_exceeded', `Of product ${id} only ${fromThousandths(most)} can still come back`)
    }
  }
  if (refund.refund_total > moneyLeft) {
    throw new Refusal('amount_exceeded', `Only ${moneyLeft} of this sale can still be paid back`)
  }
  return returned
}

/**
 * Money beyond the goods' share of what was paid, by the counter's own arithmetic. It was handed out, so it is booked and marked.
 * A counter may have known of no other refund, or not of all: a rupiah for each product and one step of the shop's cash are left to
 * that.
 */
export function refundMarks(
  refund: Pick<Refund, 'items' | 'refund_total' | 'payment_method'>,
  { sale, earlier }: { readonly sale: PaidSale; readonly earlier: readonly EarlierRefund[] },
  held: readonly SumSettings[],
): SumMark[] {
  const total = refund.refund_total
  const amounts = refund.items.reduce((sum, { amount }) => sum + amount, 0)
  const choices = [...sumByProduct(refund.items)].map(([productId, quantity]) => ({
    productId,
    quantity: fromThousandths(quantity),
  }))
  const rules =
    refund.payment_method === CASH
      ? held.map((each) => ({ step: each.cash_rounding, mode: each.cash_rounding_mode }))
      : []
  const shareAfter = (known: readonly EarlierRefund[]) =>
    Math.max(...[null, ...rules].map((cash) => refundSums(sale, known, choices, cash).total))
  const share = shareAfter(earlier)
  const step = Math.max(0, ...rules.map(stepOf))
  return [
    ...(total > Math.max(share + step, shareAfter([])) + choices.length
      ? [{ kind: 'refund_share' as const, claimed: total, computed: share }]
      : []),
    ...(Math.abs(total - amounts) >= ROUNDING_LIMIT
      ? [{ kind: 'sum' as const, claimed: total, computed: amounts }]
      : []),
  ]
}

/** Where nothing is rounded nothing is left to rounding. */
function stepOf({ step }: { readonly step: number }): number {
  return step === 1 ? 0 : step
}

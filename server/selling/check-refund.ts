import type { Refund } from '../../src/contract/sales.ts'
import { fromThousandths } from '../../src/domain/quantity.ts'
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
  const amounts = refund.items.reduce((sum, { amount }) => sum + amount, 0)
  if (Math.abs(refund.refund_total - amounts) >= ROUNDING_LIMIT) {
    throw new Refusal('totals_mismatch', `The refunded lines make ${amounts}, not ${refund.refund_total}`)
  }
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

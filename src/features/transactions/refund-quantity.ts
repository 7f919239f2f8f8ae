/** What a person writes as the quantity that comes back. Pure. */
import { isAmbiguousQuantity, parseQuantity } from '../../domain/typed-number.ts'

export type RefundQuantity =
  | { readonly ok: true; readonly quantity: number }
  | { readonly ok: false; readonly problem: 'not-a-number' | 'ambiguous' | 'not-whole' | 'too-many' }

/**
 * Comma or point, as people write it; nothing written is nothing chosen.
 * @param isMeasured goods by weight: up to three decimals
 * @param thousandths see `sellsThousandths`
 */
export function readRefundQuantity(
  text: string,
  {
    left,
    isMeasured,
    thousandths,
  }: { readonly left: number; readonly isMeasured: boolean; readonly thousandths: boolean },
): RefundQuantity {
  const written = text.trim()
  if (written === '') return { ok: true, quantity: 0 }
  const quantity = parseQuantity(written, { thousandths })
  if (quantity === null)
    return { ok: false, problem: isAmbiguousQuantity(written, { thousandths }) ? 'ambiguous' : 'not-a-number' }
  if (!isMeasured && !Number.isInteger(quantity)) return { ok: false, problem: 'not-whole' }
  return quantity > left ? { ok: false, problem: 'too-many' } : { ok: true, quantity }
}

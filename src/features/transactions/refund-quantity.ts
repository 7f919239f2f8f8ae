/** What a person writes as the quantity that comes back. Pure. */
import { fromThousandths, toThousandths } from '../../domain/quantity.ts'

export type RefundQuantity =
  | { readonly ok: true; readonly quantity: number }
  | { readonly ok: false; readonly problem: 'not-a-number' | 'not-whole' | 'too-many' }

const NUMBER = /^\d{1,9}(?:[.,]\d{1,3})?$/

/**
 * Comma or point, as people write it; nothing written is nothing chosen.
 * @param isMeasured goods by weight: up to three decimals
 */
export function readRefundQuantity(
  text: string,
  { left, isMeasured }: { readonly left: number; readonly isMeasured: boolean },
): RefundQuantity {
  const written = text.trim()
  if (written === '') return { ok: true, quantity: 0 }
  if (!NUMBER.test(written)) return { ok: false, problem: 'not-a-number' }
  const quantity = fromThousandths(toThousandths(Number(written.replace(',', '.'))))
  if (!isMeasured && !Number.isInteger(quantity)) return { ok: false, problem: 'not-whole' }
  return quantity > left ? { ok: false, problem: 'too-many' } : { ok: true, quantity }
}

import type { TFunction } from 'i18next'
import type { PaymentMethod } from '../../../contract/sales.ts'

const NAMES = {
  CASH: 'methods.cash',
  QRIS: 'methods.qris',
  GOPAY: 'methods.gopay',
  OVO: 'methods.ovo',
  DANA: 'methods.dana',
  CARD: 'methods.card',
  TRANSFER: 'methods.transfer',
} as const satisfies Record<PaymentMethod, string>

/** A payment method in words; a name that this version does not know is shown as it came. */
export function methodName(method: string, t: TFunction): string {
  const key = Object.entries(NAMES).find(([known]) => known === method)?.[1]
  return key === undefined ? method : t(key)
}

import { useCallback } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { Discount } from '../../../domain/cart.ts'
import { useFormat } from '../../../i18n/use-format.ts'

/** "Diskon 10% (Rp 1.500)" or "Diskon Rp 1.500". `amount`: what it comes to, in rupiah. */
export function useDiscountWords(): (discount: Discount, amount: number) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return useCallback(
    (discount, amount) =>
      discount.kind === 'percent'
        ? t('sell.discountShownPercent', {
            percent: format.quantity(discount.basisPoints / 100),
            amount: format.rupiah(amount),
          })
        : t('sell.discountShown', { amount: format.rupiah(amount) }),
    [t, format],
  )
}

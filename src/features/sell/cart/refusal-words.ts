import { useCallback } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CartRefusal } from '../../../domain/cart.ts'
import { CART_LINES_MAX, QUANTITY_MAX } from '../../../domain/change-cart.ts'
import { useFormat } from '../../../i18n/use-format.ts'

/** Why the cart refused something, in words. `base` in rupiah: what a discount was taken off. */
export function useRefusalWords(): (reason: CartRefusal, context?: { unit?: string; base?: number }) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return useCallback(
    (reason, { unit = '', base = 0 } = {}) => {
      switch (reason) {
        case 'quantity-not-positive':
          return t('sell.refusedNotPositive')
        case 'quantity-too-large':
          return t('sell.refusedTooLarge', { max: format.quantity(QUANTITY_MAX) })
        case 'quantity-decimals':
          return t('sell.refusedDecimals')
        case 'not-whole':
          return t('sell.refusedWhole', { unit })
        case 'total-too-large':
          return t('sell.refusedTotal')
        case 'discount-not-positive':
          return t('sell.refusedDiscountPositive')
        case 'discount-too-large':
          return base === 0
            ? t('sell.refusedPercentLarge')
            : t('sell.refusedDiscountLarge', { base: format.rupiah(base) })
        case 'lines-full':
          return t('sell.refusedLines', { max: CART_LINES_MAX })
      }
    },
    [t, format],
  )
}

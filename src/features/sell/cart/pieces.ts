import { useCallback } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { Cart } from '../../../domain/cart.ts'
import { countPieces } from '../../../domain/cart-totals.ts'
import { useFormat } from '../../../i18n/use-format.ts'

/** "3 barang". */
export function usePieces(): (cart: Cart) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return useCallback(
    (cart) => {
      const count = countPieces(cart)
      return t('sell.pieces', { count, formatted: format.quantity(count) })
    },
    [t, format],
  )
}

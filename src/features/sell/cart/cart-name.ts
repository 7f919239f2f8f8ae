import { useCallback } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { KeptCart } from '../../../db/sales/carts.ts'

/** What a cart is called: by its label, else by its number. */
export function useCartName(): (kept: Pick<KeptCart, 'cart' | 'place'>) => string {
  const { t } = useTranslation()
  return useCallback(
    ({ cart, place }) => (cart.label === '' ? t('sell.cartNumber', { number: place }) : cart.label),
    [t],
  )
}

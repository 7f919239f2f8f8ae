import ChevronUp from 'lucide-react/icons/chevron-up'
import ShoppingCart from 'lucide-react/icons/shopping-cart'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../i18n/use-format.ts'
import { Button } from '../../../ui/button.tsx'
import { useCurrentCart, useSell } from '../sell-context.ts'
import styles from './cart-bar.module.css'
import { useCurrentTotals } from './cart-panel.tsx'
import { usePieces } from './pieces.ts'

/** Where the cart has no place beside the products: its count and total, and the way to it and to the payment. */
export function CartBar({ onOpen }: { onOpen(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const pieces = usePieces()
  const sell = useSell()
  const cart = useCurrentCart(sell)?.cart
  const totals = useCurrentTotals()
  const isEmpty = !cart || cart.lines.length === 0
  return (
    <div className={styles.bar}>
      <button
        type="button"
        className={styles.cart}
        onClick={onOpen}
        aria-label={t('sell.openCart')}
        data-testid="cart-bar"
      >
        <ShoppingCart size={24} aria-hidden />
        <span className={styles.words}>
          <span className={styles.pieces}>{isEmpty ? t('sell.emptyTitle') : pieces(cart)}</span>
          <span className={styles.total}>{totals && !isEmpty ? format.rupiah(totals.grandTotal) : null}</span>
        </span>
        <ChevronUp size={24} aria-hidden />
      </button>
      <Button kind="primary" className={styles.pay} disabled={isEmpty} onClick={() => sell.pay()}>
        {t('sell.pay')}
      </Button>
    </div>
  )
}

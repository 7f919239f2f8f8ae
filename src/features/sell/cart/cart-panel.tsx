import Pause from 'lucide-react/icons/pause'
import ShoppingCart from 'lucide-react/icons/shopping-cart'
import Tag from 'lucide-react/icons/tag'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useMemo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useLoadedShopSettings, useShopSettings } from '../../../db/use-shop-settings.ts'
import { type CartTotals, cartTotals, taxRuleOf } from '../../../domain/cart-totals.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Banner } from '../../../ui/banner.tsx'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { useServices } from '../../shared/services.ts'
import { useCarts, useCurrentCart, useSell } from '../sell-context.ts'
import { CartLineRow } from './cart-line-row.tsx'
import styles from './cart-panel.module.css'
import { CartTabs } from './cart-tabs.tsx'

interface CartPanelProps {
  activeLineId: string | null
  onClose: (() => void) | null
}

/** The cart: its lines, its sums, and on to the payment. */
export function CartPanel({ activeLineId, onClose }: CartPanelProps) {
  const { t } = useTranslation()
  const sell = useSell()
  const { state, isUnsaved } = useCarts(sell)
  const kept = useCurrentCart(sell)
  const totals = useCurrentTotals()
  if (state === 'failed') {
    return (
      <section className={styles.panel} aria-label={t('sell.cart')}>
        <EmptyState icon={<TriangleAlert size={40} aria-hidden />} title={t('sell.failedTitle')}>
          <p>{t('sell.failedText')}</p>
        </EmptyState>
      </section>
    )
  }
  return (
    <section className={styles.panel} aria-label={t('sell.cart')} data-testid="cart" aria-busy={state === 'loading'}>
      <CartTabs onClose={onClose} />
      <div className={styles.lines}>
        {totals && totals.lines.length > 0 ? (
          <ul aria-label={t('sell.cartLines')}>
            {totals.lines.map(({ line, discount, total }) => (
              <CartLineRow
                key={`${kept?.cart.cartId} ${line.lineId}`}
                line={line}
                discount={discount}
                total={total}
                isActive={line.lineId === activeLineId}
              />
            ))}
          </ul>
        ) : kept ? (
          <EmptyState icon={<ShoppingCart size={40} aria-hidden />} title={t('sell.emptyTitle')}>
            <p>{t('sell.emptyText')}</p>
          </EmptyState>
        ) : null}
      </div>
      <div className={styles.foot} data-at-work={isUnsaved || undefined}>
        {isUnsaved ? (
          <Banner
            tone="bad"
            icon={<TriangleAlert size={20} aria-hidden />}
            title={t('sell.unsavedTitle')}
            actions={<Button onClick={() => void sell.store.flush()}>{t('sell.tryAgain')}</Button>}
          >
            {t('sell.unsavedText')}
          </Banner>
        ) : null}
        {totals && kept ? <Summary totals={totals} note={kept.cart.note} /> : null}
      </div>
    </section>
  )
}

/** The sums of the cart on the screen; null while the carts or the rules of tax are read. */
export function useCurrentTotals(): CartTotals | null {
  const { db } = useServices()
  const settings = useLoadedShopSettings(db)
  const cart = useCurrentCart(useSell())?.cart
  return useMemo(() => (cart && settings ? cartTotals(cart, taxRuleOf(settings)) : null), [cart, settings])
}

function Summary({ totals, note }: { totals: CartTotals; note: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { tax_included: isTaxIncluded } = useShopSettings(useServices().db)
  const { open, hold, pay } = useSell()
  const { subtotal, discountTotal, taxTotal, grandTotal } = totals
  const isEmpty = totals.lines.length === 0
  return (
    <>
      {note === '' ? null : <p className={styles.note}>{note}</p>}
      <dl className={styles.sums}>
        {discountTotal > 0 || (taxTotal > 0 && !isTaxIncluded) ? (
          <div>
            <dt>{t('sell.subtotal')}</dt>
            <dd>{format.rupiah(subtotal)}</dd>
          </div>
        ) : null}
        {discountTotal > 0 ? (
          <div>
            <dt>{t('sell.cartDiscount')}</dt>
            <dd data-testid="cart-discount">{format.rupiah(-discountTotal)}</dd>
          </div>
        ) : null}
        {taxTotal > 0 ? (
          <div>
            <dt>{t(isTaxIncluded ? 'sell.taxIncluded' : 'sell.taxAdded')}</dt>
            <dd>{format.rupiah(taxTotal)}</dd>
          </div>
        ) : null}
        <div className={styles.total}>
          <dt>{t('sell.total')}</dt>
          <dd data-testid="cart-total" data-value={grandTotal}>
            {format.rupiah(grandTotal)}
          </dd>
        </div>
      </dl>
      <div className={styles.actions}>
        <Button
          icon={<Tag size={20} aria-hidden />}
          className={styles.side}
          disabled={isEmpty}
          aria-keyshortcuts="Shift+F4"
          onClick={() => open({ kind: 'cart-discount' })}
        >
          {t('sell.lineDiscount')}
        </Button>
        <Button
          className={styles.side}
          icon={<Pause size={20} aria-hidden />}
          disabled={isEmpty}
          aria-keyshortcuts="F8"
          onClick={hold}
        >
          {t('sell.hold')}
        </Button>
        <Button
          kind="primary"
          className={styles.pay}
          disabled={isEmpty}
          aria-keyshortcuts="F9 Control+Enter"
          data-testid="pay"
          onClick={pay}
        >
          {t('sell.pay')} {isEmpty ? null : <span className={styles.amount}>{format.rupiah(grandTotal)}</span>}
        </Button>
      </div>
    </>
  )
}

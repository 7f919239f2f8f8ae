import Ellipsis from 'lucide-react/icons/ellipsis'
import Pause from 'lucide-react/icons/pause'
import Plus from 'lucide-react/icons/plus'
import X from 'lucide-react/icons/x'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../i18n/use-format.ts'
import { IconButton } from '../../../ui/button.tsx'
import { useChosenInSight } from '../../../ui/use-chosen-in-sight.ts'
import { useCarts, useSell } from '../sell-context.ts'
import { useCartName } from './cart-name.ts'
import styles from './cart-tabs.module.css'

/** All carts of this counter: one is on the screen, the others are on hold. `onClose`: where the cart lies over the products. */
export function CartTabs({ onClose }: { onClose: (() => void) | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const sell = useSell()
  const { carts, currentId } = useCarts(sell)
  const nameOf = useCartName()
  const tabs = useChosenInSight(`${currentId} ${carts.length}`)
  const isCurrentEmpty = carts.find(({ cart }) => cart.cartId === currentId)?.cart.lines.length === 0
  return (
    <div className={styles.bar}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't scroll sideways in all browsers */}
      <div ref={tabs} className={styles.tabs} role="group" aria-label={t('sell.carts')}>
        {carts.map((kept) => {
          const { cartId, lines } = kept.cart
          const isCurrent = cartId === currentId
          return (
            <button
              key={cartId}
              type="button"
              className={styles.tab}
              aria-current={isCurrent ? 'true' : undefined}
              onClick={() => sell.store.select(cartId)}
            >
              {isCurrent ? null : <Pause size={16} aria-label={t('sell.cartHeld')} />}
              <span className={styles.name}>{nameOf(kept)}</span>
              {lines.length > 0 ? <span className={styles.count}>{format.quantity(lines.length)}</span> : null}
            </button>
          )
        })}
      </div>
      {isCurrentEmpty ? null : (
        <IconButton label={t('sell.newCart')} icon={<Plus size={24} aria-hidden />} onClick={() => sell.hold()} />
      )}
      <IconButton
        label={t('sell.cartMore')}
        icon={<Ellipsis size={24} aria-hidden />}
        onClick={() => sell.open({ kind: 'cart' })}
      />
      {onClose ? <IconButton label={t('sell.closeCart')} icon={<X size={24} aria-hidden />} onClick={onClose} /> : null}
    </div>
  )
}

import { useTranslation } from 'react-i18next'
import type { Cart } from '../../domain/cart.ts'
import { cartTotals } from '../../domain/cart-totals.ts'
import { useFormat } from '../../i18n/use-format.ts'
import styles from './cart-lines.module.css'

/** The lines being paid, to read out to the customer. Shown only if there is room beside the keypad. */
export function CartLines({ cart }: { cart: Cart }) {
  const { t } = useTranslation()
  const format = useFormat()
  const totals = cartTotals(cart, null)
  return (
    <section className={styles.frame} aria-label={t('pay.cart')}>
      <ul className={styles.list}>
        {totals.lines.map(({ line, total }) => (
          <li key={line.lineId} className={styles.line}>
            <span className={styles.name}>{line.name}</span>
            <span className={styles.quantity}>
              {format.quantity(line.quantity)} × {format.number(line.price)}
            </span>
            <span className={styles.total}>{format.number(total)}</span>
          </li>
        ))}
        {totals.cartDiscount === 0 ? null : (
          <li className={styles.line}>
            <span className={styles.name}>{t('receipt.cartDiscount')}</span>
            <span className={styles.total}>{format.number(-totals.cartDiscount)}</span>
          </li>
        )}
      </ul>
    </section>
  )
}

import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useModal } from '../../../ui/use-modal.ts'
import styles from './cart-sheet.module.css'

/** The cart over the products. Rendered means open; Esc and the browser's back gesture close it. */
export function CartSheet({ onClose, children }: { onClose(): void; children: ReactNode }) {
  const { t } = useTranslation()
  const modal = useModal(onClose)
  return (
    <dialog {...modal} className={styles.sheet} aria-label={t('sell.cart')} data-cart-sheet>
      {children}
    </dialog>
  )
}

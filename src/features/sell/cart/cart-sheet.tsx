import { type ReactNode, useLayoutEffect, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import styles from './cart-sheet.module.css'

/** The cart over the products. Rendered means open; Esc and the browser's back gesture close it. */
export function CartSheet({ onClose, children }: { onClose(): void; children: ReactNode }) {
  const { t } = useTranslation()
  const ref = useRef<HTMLDialogElement>(null)
  // `showModal` (focus trap, Esc) can only be called, not rendered; closed before it leaves, it gives the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    dialog.showModal()
    return () => dialog.close()
  }, [])
  return (
    <dialog
      ref={ref}
      className={styles.sheet}
      aria-label={t('sell.cart')}
      data-cart-sheet
      onCancel={(event) => {
        // The questions above the sheet are dialogs of their own, and their Esc is theirs.
        if (event.target !== ref.current) return
        event.preventDefault()
        onClose()
      }}
    >
      {children}
    </dialog>
  )
}

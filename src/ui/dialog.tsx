import { type ReactNode, useId } from 'preact/compat'
import styles from './dialog.module.css'
import { useModal } from './use-modal.ts'

interface DialogProps {
  title: string
  onClose(): void
  children: ReactNode
  actions?: ReactNode
}

/** A modal question. Rendered means open; Esc and the browser's back gesture close it like `onClose`. */
export function Dialog({ title, onClose, children, actions }: DialogProps) {
  const modal = useModal(onClose)
  const titleId = useId()

  return (
    <dialog {...modal} className={styles.dialog} aria-labelledby={titleId}>
      <h2 id={titleId}>{title}</h2>
      <div className={styles.body}>{children}</div>
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </dialog>
  )
}

import { type ReactNode, useId, useLayoutEffect, useRef } from 'preact/compat'
import styles from './dialog.module.css'

interface DialogProps {
  title: string
  onClose(): void
  children: ReactNode
  actions?: ReactNode
}

/** A modal question. Rendered means open; Esc and the browser's back gesture close it like `onClose`. */
export function Dialog({ title, onClose, children, actions }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  // `showModal` (focus trap, backdrop, Esc) can only be called, not rendered. A layout effect, because only a dialog that is
  // closed before it leaves the page gives the focus back to where it was.
  useLayoutEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    dialog.showModal()
    return () => dialog.close()
  }, [])

  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <h2 id={titleId}>{title}</h2>
      <div className={styles.body}>{children}</div>
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </dialog>
  )
}

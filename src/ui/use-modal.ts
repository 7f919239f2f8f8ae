import { type RefObject, useLayoutEffect, useRef } from 'preact/compat'

export interface Modal {
  readonly ref: RefObject<HTMLDialogElement | null>
  onCancel(event: Event): void
}

/** For a `<dialog>` over the page: rendered means open; Esc and the browser's back gesture call `onClose`. */
export function useModal(onClose: () => void): Modal {
  const ref = useRef<HTMLDialogElement>(null)
  // `showModal` (focus trap, backdrop, Esc) can only be called, not rendered. A layout effect, because only a dialog that is
  // closed before it leaves the page gives the focus back to where it was.
  useLayoutEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    dialog.showModal()
    return () => dialog.close()
  }, [])
  return {
    ref,
    onCancel(event) {
      // Ignore the cancel event of a dialog nested in this one.
      if (event.target !== ref.current) return
      event.preventDefault()
      onClose()
    },
  }
}

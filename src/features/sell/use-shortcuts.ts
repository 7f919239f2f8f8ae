import { useLayoutEffect, useRef } from 'preact/compat'

export type Shortcut = 'search' | 'help' | 'quantity' | 'discount' | 'cart-discount' | 'next' | 'hold' | 'pay'

const KEYS: Readonly<Record<string, Shortcut>> = {
  F1: 'help',
  F2: 'search',
  F3: 'quantity',
  F4: 'discount',
  'Shift+F4': 'cart-discount',
  F7: 'next',
  F8: 'hold',
  F9: 'pay',
  'Control+Enter': 'pay',
}

/** The sell screen's shortcuts, wherever the focus is. Letters stay free for scanners and fields; dialogs have their own keys. */
export function useShortcuts(onShortcut: (shortcut: Shortcut) => void, enabled: boolean): void {
  const listener = useRef(onShortcut)
  listener.current = onShortcut
  // Listen on the document: keys must work wherever the focus is.
  useLayoutEffect(() => {
    if (!enabled) return
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.metaKey || event.repeat || isQuestionOpen()) return
      const name = `${event.ctrlKey ? 'Control+' : ''}${event.shiftKey ? 'Shift+' : ''}${event.key}`
      const shortcut = KEYS[name]
      if (!shortcut) return
      event.preventDefault()
      listener.current(shortcut)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [enabled])
}

/** A dialog other than the cart's own sheet. */
export function isQuestionOpen(): boolean {
  return document.querySelector('dialog[open]:not([data-cart-sheet])') !== null
}

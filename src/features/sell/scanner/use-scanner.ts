import { useLayoutEffect, useRef } from 'preact/compat'
import { GROUP_SEPARATOR } from '../../../domain/scanned-code.ts'
import { addKey, BURST_END_MS, type Burst, endKey, endPause } from './scan-parser.ts'

interface ScannerOptions {
  /** A scanned code. `inField`: the keys went into a text field. False: it was typed after all, the keys keep their effect. */
  onScan(code: string, inField: boolean): boolean
  /** Keys that were pressed outside of fields and were no scan: for shortcuts of one character. */
  onTyped(text: string): void
  enabled: boolean
}

type TextElement = HTMLInputElement | HTMLTextAreaElement

/** Listens to a keyboard-wedge scanner wherever the focus is. A field that the code was typed into gets its text back. */
export function useScanner({ onScan, onTyped, enabled }: ScannerOptions): void {
  const listener = useRef({ onScan, onTyped })
  listener.current = { onScan, onTyped }

  // Keys reach the page, not a component; and before anything in it, so that a scan's Enter presses no button.
  useLayoutEffect(() => {
    if (!enabled) return
    let burst: Burst | null = null
    let field: { readonly element: TextElement; readonly before: string } | null = null
    let timer: ReturnType<typeof setTimeout> | undefined

    /** What was taken as a scan without waiting for its end key, which may still come. */
    let taken: string | null = null

    const forget = () => {
      clearTimeout(timer)
      burst = null
      field = null
      taken = null
    }
    // The burst is not forgotten: on a busy device keys come late, but with the times at which they were pressed.
    const onPause = () => {
      if (!burst || field) return
      const { kind, text } = endPause(burst)
      if (kind === 'scan') {
        taken = text
        listener.current.onScan(text, false)
      } else listener.current.onTyped(text)
    }
    const onKey = (event: KeyboardEvent) => {
      const { key, timeStamp } = event
      if (isSecret(event.target)) return forget()
      const isSeparator = isGroupSeparator(event)
      if (isSeparator && burst) event.preventDefault()
      // A scanner presses Control for the separator; what follows says whether it was one.
      if (key === 'Control' && !event.repeat) return
      const isCommand = (event.ctrlKey && !isSeparator) || event.metaKey || event.altKey
      if (isCommand || event.isComposing || event.repeat) return forget()
      if (key.length === 1) {
        const before = burst
        burst = addKey(before, isSeparator ? GROUP_SEPARATOR : key, timeStamp)
        if (burst.text.length === 1) {
          field = textFieldOf(event.target)
          taken = null
        }
        clearTimeout(timer)
        timer = setTimeout(onPause, BURST_END_MS)
        // In the middle of a scan a space would press the button that has the focus; Firefox searches the page at a slash.
        if (!field && (key === '/' || (key === ' ' && burst.text.length > 1))) event.preventDefault()
        return
      }
      if (key === 'Enter' || key === 'Tab') {
        const code = endKey(burst, timeStamp)
        const typedInto = field
        const isDone = taken === code
        forget()
        if (code === null || !(isDone || listener.current.onScan(code, typedInto !== null))) return
        event.preventDefault()
        event.stopImmediatePropagation()
        if (typedInto) restore(typedInto.element, typedInto.before)
        return
      }
      // A scanner presses Shift for capitals.
      if (key !== 'Shift' && key !== 'CapsLock') forget()
    }
    document.addEventListener('keydown', onKey, { capture: true })
    return () => {
      forget()
      document.removeEventListener('keydown', onKey, { capture: true })
    }
  }, [enabled])
}

/** FNC1 in the middle of a GS1 code, as keyboards of scanners write the control character. */
function isGroupSeparator({ key, ctrlKey }: KeyboardEvent): boolean {
  return key === GROUP_SEPARATOR || (ctrlKey && key === ']')
}

/** A PIN is typed fast and ended with Enter, and is nobody's business. */
function isSecret(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === 'password'
}

function textFieldOf(target: EventTarget | null): { readonly element: TextElement; readonly before: string } | null {
  const isField =
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && !['radio', 'checkbox', 'button', 'submit'].includes(target.type))
  return isField ? { element: target, before: target.value } : null
}

/** As if the keys had never come: through the element's own setter, so that React hears of it. */
function restore(element: TextElement, text: string): void {
  const prototype = element instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, text)
  element.dispatchEvent(new Event('input', { bubbles: true }))
}

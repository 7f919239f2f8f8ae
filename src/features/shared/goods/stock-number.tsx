import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'preact/compat'
import { useFormat } from '../../../i18n/use-format.ts'
import { useServices } from '../services.ts'
import styles from './stock-number.module.css'

const GLOW: KeyframeAnimationOptions = { duration: 600, easing: 'ease-out' }
/** A number that changes more often than this, ms, does not glow: a list in which everything blinks shows nothing, and is costly to draw. */
const STOOD_STILL_MS = 2_000

/** A stock that glows softly when it changes while it is on the screen, after it stood still. Nothing around it moves. */
export function StockNumber({ value, testId }: { value: number; testId: string }) {
  const format = useFormat()
  const { ref, glow } = useGlow()
  const shown = useRef(value)

  // The glow belongs to the change from one painted value to the next, so it starts after painting and in no state.
  useEffect(() => {
    if (shown.current === value) return
    shown.current = value
    glow()
  }, [value, glow])

  return (
    <span className={styles.frame}>
      <span ref={ref} className={styles.glow} />
      <span className={styles.number} data-testid={testId} data-value={value}>
        {format.quantity(value)}
      </span>
    </span>
  )
}

/**
 * The stock of a product that is there, as it is now. A change writes its text and draws no component: in a list there may be a hundred
 * of them a second.
 */
export function LiveStock({ productId }: { productId: number }) {
  const { productRows } = useServices()
  const format = useFormat()
  const { ref, glow } = useGlow()
  const number = useRef<HTMLSpanElement>(null)
  const value = productRows.get(productId)?.stock ?? 0

  useLayoutEffect(() => {
    const element = number.current
    const write = () => {
      const next = productRows.get(productId)?.stock
      if (next === undefined || !element || element.dataset.value === `${next}`) return
      element.dataset.value = `${next}`
      // Its text node stays: Preact goes on with it.
      if (element.firstChild) element.firstChild.nodeValue = format.quantity(next)
      glow()
    }
    write()
    return productRows.subscribe(productId, write)
  }, [productRows, productId, format, glow])

  return (
    <span className={styles.frame}>
      <span ref={ref} className={styles.glow} />
      <span ref={number} className={styles.number} data-testid={`stock-${productId}`} data-value={value}>
        {format.quantity(value)}
      </span>
    </span>
  )
}

function useGlow(): { readonly ref: RefObject<HTMLSpanElement | null>; readonly glow: () => void } {
  const ref = useRef<HTMLSpanElement>(null)
  const animation = useRef<Animation>(null)
  const changedAt = useRef(Number.NEGATIVE_INFINITY)
  const glow = useCallback(() => {
    const stoodStillMs = performance.now() - changedAt.current
    changedAt.current = performance.now()
    if (stoodStillMs < STOOD_STILL_MS || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    // One for the life of the cell: asking the browser which one runs was a tenth of a change's work.
    animation.current ??= ref.current?.animate([{ opacity: 1 }, { opacity: 0 }], GLOW) ?? null
    if (animation.current === null) return
    animation.current.currentTime = 0
    animation.current.play()
  }, [])
  return { ref, glow }
}

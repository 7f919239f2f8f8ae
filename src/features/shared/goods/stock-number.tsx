import { useEffect, useRef } from 'preact/compat'
import { useFormat } from '../../../i18n/use-format.ts'
import styles from './stock-number.module.css'

interface StockNumberProps {
  value: number
  testId: string
}

const GLOW: KeyframeAnimationOptions = { duration: 600, easing: 'ease-out' }

/** A stock that glows softly when it changes while it is on the screen. Nothing around it moves. */
export function StockNumber({ value, testId }: StockNumberProps) {
  const format = useFormat()
  const glow = useRef<HTMLSpanElement>(null)
  const animation = useRef<Animation>(null)
  const shown = useRef(value)

  // The glow belongs to the change from one painted value to the next, so it starts after painting and in no state.
  useEffect(() => {
    if (shown.current === value) return
    shown.current = value
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    // One for the life of the cell: asking the browser which one runs was a tenth of a change's work.
    animation.current ??= glow.current?.animate([{ opacity: 1 }, { opacity: 0 }], GLOW) ?? null
    if (animation.current === null) return
    animation.current.currentTime = 0
    animation.current.play()
  }, [value])

  return (
    <span className={styles.frame}>
      <span ref={glow} className={styles.glow} />
      <span className={styles.number} data-testid={testId} data-value={value}>
        {format.quantity(value)}
      </span>
    </span>
  )
}

import type { ReactNode } from 'preact/compat'
import styles from './chip.module.css'

interface ChipProps {
  pressed: boolean
  onPress(): void
  icon?: ReactNode
  children: ReactNode
}

/** A filter that is on or off. Its touch area is 48 px high, its shape less. */
export function Chip({ pressed, onPress, icon, children }: ChipProps) {
  return (
    <button type="button" className={styles.chip} aria-pressed={pressed} onClick={onPress}>
      <span className={styles.shape}>
        {icon}
        {children}
      </span>
    </button>
  )
}

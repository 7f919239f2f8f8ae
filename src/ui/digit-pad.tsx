import Delete from 'lucide-react/icons/delete'
import type { ReactNode } from 'preact/compat'
import styles from './digit-pad.module.css'

interface DigitPadProps {
  /** What the keys are for. */
  label: string
  eraseLabel: string
  onDigit(digit: string): void
  onErase(): void
  disabled?: boolean
  /** The key right of the zero. */
  children?: ReactNode
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

/** A telephone's keys, 64 px high. Pressing one leaves the focus where it is, so that a keyboard can go on typing there. */
export function DigitPad({ label, eraseLabel, onDigit, onErase, disabled, children }: DigitPadProps) {
  const digit = (value: string) => (
    <button key={value} type="button" className={styles.key} disabled={disabled} onClick={() => onDigit(value)}>
      {value}
    </button>
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; these are keys
    <div className={styles.pad} role="group" aria-label={label} onMouseDown={(event) => event.preventDefault()}>
      {DIGITS.map(digit)}
      <button
        type="button"
        className={styles.key}
        aria-label={eraseLabel}
        title={eraseLabel}
        disabled={disabled}
        onClick={onErase}
      >
        <Delete size={24} aria-hidden />
      </button>
      {digit('0')}
      {children ?? <span />}
    </div>
  )
}

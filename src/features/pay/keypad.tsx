import Delete from 'lucide-react/icons/delete'
import { useTranslation } from 'react-i18next'
import styles from './keypad.module.css'

interface KeypadProps {
  /** One to three digits to add. */
  onDigits(digits: string): void
  onBackspace(): void
}

const KEYS = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '0', '000'] as const

/** Digits for a finger. A press leaves the focus where it is, so that Enter on the keyboard still means *pay*. */
export function Keypad({ onDigits, onBackspace }: KeypadProps) {
  const { t } = useTranslation()
  return (
    <section className={styles.keypad} aria-label={t('pay.keypad')}>
      {KEYS.map((digits) => (
        <button
          key={digits}
          type="button"
          className={styles.key}
          onPointerDown={(event) => event.preventDefault()}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onDigits(digits)}
        >
          {digits}
        </button>
      ))}
      <button
        type="button"
        className={styles.key}
        aria-label={t('pay.backspace')}
        onPointerDown={(event) => event.preventDefault()}
        onMouseDown={(event) => event.preventDefault()}
        onClick={onBackspace}
      >
        <Delete size={24} aria-hidden />
      </button>
    </section>
  )
}

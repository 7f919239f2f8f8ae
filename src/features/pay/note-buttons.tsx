import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { NOTES } from '../../domain/payment.ts'
import { readKeyedRupiah } from '../../domain/typed-number.ts'
import { useFormat } from '../../i18n/use-format.ts'
import styles from './pay-form.module.css'

interface NoteButtonsProps {
  /** Whole rupiah. */
  readonly due: number
  /** See `keyRupiah`. */
  readonly typed: string
  onType(typed: string): void
}

/** What is due to the rupiah, or one banknote more than what was typed. */
export function NoteButtons({ due, typed, onType }: NoteButtonsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div className={styles.notes}>
      <NoteButton onPress={() => onType(String(due))}>{t('pay.exact')}</NoteButton>
      {NOTES.map((note) => (
        <NoteButton key={note} onPress={() => onType(String((readKeyedRupiah(typed) ?? 0) + note))}>
          <span className="visually-hidden">{t('pay.plus')} </span>
          {format.number(note)}
        </NoteButton>
      ))}
    </div>
  )
}

/** A press leaves the focus where it is, so that Enter on the keyboard still means *pay*. */
function NoteButton({ onPress, children }: { onPress(): void; children: ReactNode }) {
  return (
    <button
      type="button"
      className={styles.noteButton}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  )
}

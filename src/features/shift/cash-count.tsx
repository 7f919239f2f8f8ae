import ChevronDown from 'lucide-react/icons/chevron-down'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { countedCash, DENOMINATIONS } from '../../domain/shift.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { TextField } from '../../ui/text-field.tsx'
import styles from './cash-count.module.css'
import { RupiahField } from './rupiah-field.tsx'

interface CashCountProps {
  label: string
  /** Whole rupiah; null: not counted yet. */
  value: number | null
  onValue(value: number | null): void
  error: string | null
}

const PIECES = /^\d{0,5}$/

/** The cash in a drawer: its sum, typed or computed from the number of notes and coins of each kind. */
export function CashCount({ label, value, onValue, error }: CashCountProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [pieces, setPieces] = useState<ReadonlyMap<number, number>>(new Map())

  const setCount = (denomination: number, text: string) => {
    // Ignore input that is not a whole number.
    const digits = text.trim()
    if (!PIECES.test(digits)) return
    const next = new Map(pieces)
    if (digits === '') next.delete(denomination)
    else next.set(denomination, Number(digits))
    setPieces(next)
    onValue(next.size === 0 ? null : countedCash(next))
  }

  return (
    <div className={styles.count}>
      <RupiahField
        label={label}
        name="cash"
        value={value}
        error={error}
        onValue={(typed) => {
          // A typed sum replaces the count of pieces, so clear it.
          setPieces(new Map())
          onValue(typed)
        }}
      />
      <details className={styles.details}>
        <summary className={styles.summary}>
          <ChevronDown size={20} aria-hidden />
          {t('shift.countNotes')}
        </summary>
        <p className={styles.intro}>{t('shift.countNotesIntro')}</p>
        <ul className={styles.pieces}>
          {DENOMINATIONS.map((denomination) => {
            const count = pieces.get(denomination)
            return (
              <li key={denomination} className={styles.piece}>
                <span aria-hidden>{format.number(denomination)} ×</span>
                <TextField
                  hideLabel
                  label={t('shift.pieces', { amount: format.rupiah(denomination) })}
                  inputMode="numeric"
                  autoComplete="off"
                  value={count === undefined ? '' : String(count)}
                  onValue={(text) => setCount(denomination, text)}
                />
                <span className={styles.product}>{count ? format.number(denomination * count) : ''}</span>
              </li>
            )
          })}
        </ul>
      </details>
    </div>
  )
}

import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { parseRupiah } from '../../domain/typed-number.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { TextField } from '../../ui/text-field.tsx'

/** More digits are a barcode scanned into the wrong field. */
const MOST_DIGITS = 11
const ONLY_GROUPS = /^[\d.]*$/

interface RupiahFieldProps {
  label: string
  /** Whole rupiah; null: empty, or not an amount. */
  value: number | null
  onValue(value: number | null): void
  hint?: string
  error?: string | null
  name: string
}

/** A field for an amount, with thousands separators. Input with other characters stays as it was typed. */
export function RupiahField({ label, value, onValue, hint, error, name }: RupiahFieldProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [typed, setTyped] = useState<string | null>(null)
  // Drop the typed text when the value changes from outside.
  const kept = typed !== null && parseRupiah(typed) === value ? typed : null
  const shown = kept ?? (value === null ? '' : format.number(value))
  const isUnfinished = /[.,]$/.test(kept ?? '')
  return (
    <TextField
      label={label}
      icon={<span>{t('shift.rupiah')}</span>}
      inputMode="numeric"
      autoComplete="off"
      name={name}
      value={shown}
      onValue={(text) => {
        // While digits come one by one, the points between them move; a point that somebody sets, and what comes at once, has to
        // group as it stands: `5000.00` is not half a million.
        const isPointSet = text.endsWith('.') && text.length > shown.length
        const isGrowing = ONLY_GROUPS.test(text) && kept === null && !isPointSet && (shown !== '' || text.length <= 1)
        if (!isGrowing) {
          const amount = parseRupiah(text)
          setTyped(amount !== null && ONLY_GROUPS.test(text) ? null : text)
          onValue(amount)
          return
        }
        const digits = text.replaceAll('.', '').slice(0, MOST_DIGITS)
        setTyped(null)
        onValue(digits === '' ? null : Number(digits))
      }}
      {...(hint === undefined ? {} : { hint })}
      error={kept !== null && value === null && !isUnfinished ? t('number.notRupiah') : (error ?? null)}
    />
  )
}

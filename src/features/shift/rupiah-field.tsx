import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import { TextField } from '../../ui/text-field.tsx'

/** More is a barcode that went into the wrong field. */
const MOST_DIGITS = 11

interface RupiahFieldProps {
  label: string
  /** Whole rupiah; null: empty. */
  value: number | null
  onValue(value: number | null): void
  hint?: string
  error?: string | null
  name: string
}

/** An amount with its thousands apart, as money is written: only digits go in. */
export function RupiahField({ label, value, onValue, hint, error, name }: RupiahFieldProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <TextField
      label={label}
      icon={<span>{t('shift.rupiah')}</span>}
      inputMode="numeric"
      autoComplete="off"
      name={name}
      value={value === null ? '' : format.number(value)}
      onValue={(text) => {
        const digits = text.replaceAll(/\D/g, '').slice(0, MOST_DIGITS)
        onValue(digits === '' ? null : Number(digits))
      }}
      {...(hint === undefined ? {} : { hint })}
      error={error ?? null}
    />
  )
}

import { useLayoutEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CartRefusal } from '../../../domain/cart.ts'
import { ambiguousReadings, isAmbiguousQuantity, parseQuantity, quantityText } from '../../../domain/typed-number.ts'
import { isMeasured, sellsThousandths } from '../../../domain/unit.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { DigitPad } from '../../../ui/digit-pad.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { FormDialog } from '../../shared/form-dialog.tsx'
import styles from './keypad-dialog.module.css'
import { useRefusalWords } from './refusal-words.ts'

interface QuantityDialogProps {
  name: string
  unit: string
  /** Null: a new line. */
  quantity: number | null
  /** Resolves to why it was refused. */
  onQuantity(quantity: number): CartRefusal | null
  onClose(): void
}

/** A quantity by keys on the screen or a keyboard; goods by weight take decimals. */
export function QuantityDialog({ name, unit, quantity, onQuantity, onClose }: QuantityDialogProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const refusalWords = useRefusalWords()
  const field = useRef<HTMLInputElement>(null)
  const dialect = { thousandths: sellsThousandths(unit) }
  const [text, setText] = useState(
    quantity === null ? '' : quantityText(quantity, format.quantity(0.5).charAt(1), dialect),
  )
  const [error, setError] = useState<string | null>(null)
  /** The first digit replaces what stood there. */
  const isUntouched = useRef(true)

  // A dialog puts the focus into its first field; what stands there is to be typed over.
  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  const type = (next: string) => {
    isUntouched.current = false
    setText(next)
    setError(null)
  }
  const submit = () => {
    // Below zero is understood, so that the refusal can say what is wrong with it.
    const value = parseQuantity(text, { signed: true, ...dialect })
    if (value === null) {
      setError(
        isAmbiguousQuantity(text, dialect)
          ? t('number.ambiguous', ambiguousReadings(text))
          : t('sell.refusedNumber', { example: isMeasured(unit) ? format.quantity(1.25) : '3' }),
      )
      return
    }
    const refusal = onQuantity(value)
    if (refusal) setError(refusalWords(refusal, { unit }))
    else onClose()
  }
  return (
    <FormDialog
      title={t('sell.quantityTitle', { name })}
      submitLabel={t(quantity === null ? 'sell.add' : 'sell.save')}
      className={styles.form}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        className={styles.value ?? ''}
        label={t('sell.quantity', { unit })}
        inputMode="none"
        autoComplete="off"
        value={text}
        onValue={type}
        error={error}
        inputRef={field}
      />
      <DigitPad
        label={t('sell.keypad')}
        eraseLabel={t('sell.erase')}
        onDigit={(digit) => type(isUntouched.current ? digit : text + digit)}
        onErase={() => type(text.slice(0, -1))}
      >
        {isMeasured(unit) ? (
          <button
            type="button"
            className={styles.comma}
            aria-label={t('sell.comma')}
            onClick={() => type(isUntouched.current || text === '' ? '0,' : `${text},`)}
          >
            ,
          </button>
        ) : undefined}
      </DigitPad>
    </FormDialog>
  )
}

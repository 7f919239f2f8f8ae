import { useLayoutEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CartRefusal, Discount } from '../../../domain/cart.ts'
import { shareOf } from '../../../domain/sale-totals.ts'
import { parsePercent, parseRupiah, percentText } from '../../../domain/typed-number.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Button } from '../../../ui/button.tsx'
import { DigitPad } from '../../../ui/digit-pad.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { FormDialog } from '../../shared/form-dialog.tsx'
import styles from './keypad-dialog.module.css'
import { useRefusalWords } from './refusal-words.ts'

interface DiscountDialogProps {
  title: string
  discount: Discount | null
  /** Rupiah that it is taken off. */
  base: number
  /** Resolves to why it was not given; `not-allowed`: the supervisor was not there, the dialog stays. */
  onDiscount(discount: Discount | null): Promise<CartRefusal | 'not-allowed' | null>
  onClose(): void
}

/** A discount in rupiah or percent, with what comes of it. */
export function DiscountDialog({ title, discount, base, onDiscount, onClose }: DiscountDialogProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const refusalWords = useRefusalWords()
  const [kind, setKind] = useState<Discount['kind']>(discount?.kind ?? 'amount')
  const [text, setText] = useState(
    discount === null ? '' : discount.kind === 'amount' ? String(discount.amount) : percentText(discount.basisPoints),
  )
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)

  // The dialog opens for this number, whatever stands before it.
  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  const type = (next: string) => {
    setText(next)
    setError(null)
  }
  const value = readDiscount(kind, text)
  const off = value === null ? 0 : value.kind === 'amount' ? value.amount : shareOf(base, value.basisPoints)
  const give = async (next: Discount | null) => {
    const refusal = await onDiscount(next)
    if (refusal === null) onClose()
    else if (refusal !== 'not-allowed') setError(refusalWords(refusal, { base: kind === 'amount' ? base : 0 }))
  }
  const submit = () => {
    if (value) void give(value)
    else setError(t('sell.refusedNumber', { example: kind === 'amount' ? '5.000' : '10' }))
  }
  return (
    <FormDialog
      title={title}
      submitLabel={t('sell.save')}
      moreActions={discount ? <Button onClick={() => void give(null)}>{t('sell.discountOff')}</Button> : null}
      className={styles.form}
      onSubmit={submit}
      onClose={onClose}
    >
      <Segmented<Discount['kind']>
        label={t('sell.discountKind')}
        hideLabel
        value={kind}
        onChange={(next) => {
          setKind(next)
          type('')
          field.current?.focus()
        }}
        options={[
          { value: 'amount', label: t('sell.discountAmount') },
          { value: 'percent', label: t('sell.discountPercent') },
        ]}
      />
      <TextField
        className={styles.value ?? ''}
        label={t(kind === 'amount' ? 'sell.discountValueAmount' : 'sell.discountValuePercent')}
        inputMode="none"
        autoComplete="off"
        value={text}
        onValue={type}
        error={error}
        inputRef={field}
      />
      <p className={styles.result} aria-live="polite">
        {off > 0 && off <= base
          ? t('sell.discountResult', { before: format.rupiah(base), after: format.rupiah(base - off) })
          : null}
      </p>
      <DigitPad
        label={t('sell.keypad')}
        eraseLabel={t('sell.erase')}
        onDigit={(digit) => type(text + digit)}
        onErase={() => type(text.slice(0, -1))}
      >
        {kind === 'percent' ? (
          <button
            type="button"
            className={styles.comma}
            aria-label={t('sell.comma')}
            onClick={() => type(text === '' ? '0,' : `${text},`)}
          >
            ,
          </button>
        ) : undefined}
      </DigitPad>
    </FormDialog>
  )
}

function readDiscount(kind: Discount['kind'], text: string): Discount | null {
  if (kind === 'amount') {
    const amount = parseRupiah(text)
    return amount === null ? null : { kind, amount }
  }
  const basisPoints = parsePercent(text)
  return basisPoints === null ? null : { kind, basisPoints }
}

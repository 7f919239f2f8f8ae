import Minus from 'lucide-react/icons/minus'
import Plus from 'lucide-react/icons/plus'
import { useTranslation } from 'react-i18next'
import { addQuantities } from '../../domain/quantity.ts'
import type { RefundableProduct } from '../../domain/refund.ts'
import { ambiguousReadings, quantityText } from '../../domain/typed-number.ts'
import { sellsThousandths } from '../../domain/unit.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/text-field.tsx'
import styles from './refund-line.module.css'
import type { RefundQuantity } from './refund-quantity.ts'

interface RefundLineProps {
  product: RefundableProduct & {
    readonly name: string
    readonly unit: string
    readonly text: string
    readonly measured: boolean
    readonly read: RefundQuantity
  }
  onText(text: string): void
}

/** One product of the sale with how much of it comes back. */
export function RefundLine({ product, onText }: RefundLineProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { name, unit, left, sold, read } = product
  const quantity = read.ok ? read.quantity : 0
  const step = product.measured ? 0.1 : 1
  const comma = format.quantity(0.5).charAt(1)
  const dialect = { thousandths: sellsThousandths(unit) }
  const to = (value: number) => onText(value <= 0 ? '' : quantityText(Math.min(left, value), comma, dialect))
  const problem = read.ok
    ? null
    : read.problem === 'too-many'
      ? t('history.refundTooMany', { left: format.quantity(left) })
      : read.problem === 'ambiguous'
        ? t('number.ambiguous', ambiguousReadings(product.text))
        : t(read.problem === 'not-whole' ? 'history.refundNotWhole' : 'history.refundNotNumber')
  return (
    <li className={styles.line} data-testid={`refund-${product.productId}`}>
      <span className={styles.what}>
        <span className={styles.name}>{name}</span>
        <span className={styles.muted}>
          {left === 0
            ? t('history.refundNone')
            : t('history.refundLeft', { left: format.quantity(left), sold: format.quantity(sold), unit })}
        </span>
      </span>
      {left === 0 ? null : (
        <span className={styles.choice}>
          <IconButton
            label={t('history.refundLess', { name })}
            icon={<Minus size={20} aria-hidden />}
            disabled={quantity === 0}
            onClick={() => to(addQuantities(quantity, -step))}
          />
          <TextField
            className={styles.quantity}
            label={t('history.refundQuantity', { name })}
            hideLabel
            inputMode="decimal"
            autoComplete="off"
            placeholder="0"
            value={product.text}
            error={problem}
            onValue={onText}
          />
          <IconButton
            label={t('history.refundMore', { name })}
            icon={<Plus size={20} aria-hidden />}
            disabled={quantity >= left}
            onClick={() => to(addQuantities(quantity, step))}
          />
          <Button kind="quiet" onClick={() => to(left)}>
            {t('history.refundAll')}
          </Button>
        </span>
      )}
    </li>
  )
}

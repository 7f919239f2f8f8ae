import CircleCheck from 'lucide-react/icons/circle-check'
import Undo2 from 'lucide-react/icons/undo-2'
import { useTranslation } from 'react-i18next'
import type { PaymentState } from '../../domain/payment.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { IconButton } from '../../ui/button.tsx'
import { methodName } from '../shared/sales/payment-method.ts'
import styles from './pay-form.module.css'

interface PaidPartsProps {
  readonly state: PaymentState
  /** True while a part is being saved or a change awaits the cashier: then no part can be given back. */
  readonly isFrozen: boolean
  onGiveBack(place: number): void
}

/** What was taken of a split payment so far. */
export function PaidParts({ state, isFrozen, onGiveBack }: PaidPartsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  if (state.parts.length === 0) return null
  return (
    <section aria-label={t('pay.parts')}>
      <h2 className={styles.partsTitle}>{t('pay.parts')}</h2>
      <ul className={styles.parts}>
        {state.parts.map((part, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part has no name but its place
          <li key={place} className={styles.part}>
            <CircleCheck size={20} aria-hidden />
            <span>{methodName(part.method, t)}</span>
            <strong>{format.rupiah(part.amount)}</strong>
            <IconButton
              label={t('pay.giveBack', { method: methodName(part.method, t), amount: format.rupiah(part.amount) })}
              icon={<Undo2 size={20} aria-hidden />}
              disabled={isFrozen}
              onClick={() => onGiveBack(place)}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

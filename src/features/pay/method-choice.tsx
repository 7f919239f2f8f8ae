import Banknote from 'lucide-react/icons/banknote'
import CreditCard from 'lucide-react/icons/credit-card'
import Landmark from 'lucide-react/icons/landmark'
import QrCode from 'lucide-react/icons/qr-code'
import Smartphone from 'lucide-react/icons/smartphone'
import { useTranslation } from 'react-i18next'
import { methodName } from '../shared/sales/payment-method.ts'
import styles from './method-choice.module.css'

interface MethodChoiceProps {
  readonly methods: readonly string[]
  readonly value: string
  onChange(method: string): void
}

const ICONS = { CASH: Banknote, QRIS: QrCode, CARD: CreditCard, TRANSFER: Landmark } as const

/** Radio buttons: arrows move, and Enter stays *pay*. */
export function MethodChoice({ methods, value, onChange }: MethodChoiceProps) {
  const { t } = useTranslation()
  return (
    <fieldset className={styles.group}>
      <legend className="visually-hidden">{t('pay.methods')}</legend>
      {methods.map((method) => {
        const Icon = Object.entries(ICONS).find(([name]) => name === method)?.[1] ?? Smartphone
        return (
          <label key={method} className={styles.option}>
            <input
              type="radio"
              name="payment-method"
              value={method}
              checked={method === value}
              onChange={() => onChange(method)}
            />
            <span className={styles.face}>
              <Icon size={20} aria-hidden />
              {methodName(method, t)}
            </span>
          </label>
        )
      })}
    </fieldset>
  )
}

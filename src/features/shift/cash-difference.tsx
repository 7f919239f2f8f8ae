import CircleCheck from 'lucide-react/icons/circle-check'
import CircleMinus from 'lucide-react/icons/circle-minus'
import CirclePlus from 'lucide-react/icons/circle-plus'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import { Badge } from '../../ui/badge.tsx'
import styles from './shift-screen.module.css'

/** Expected against counted, whole rupiah; the difference by its name. */
export function CashDifference({ expected, counted }: { expected: number; counted: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const difference = counted - expected
  return (
    <dl className={styles.difference} data-testid="cash-difference" data-value={difference}>
      <div>
        <dt>{t('shift.expected')}</dt>
        <dd>{format.rupiah(expected)}</dd>
      </div>
      <div>
        <dt>{t('shift.counted')}</dt>
        <dd>{format.rupiah(counted)}</dd>
      </div>
      <div>
        <dt>{t('shift.difference')}</dt>
        <dd>
          {difference === 0 ? (
            <Badge tone="good" icon={<CircleCheck size={20} aria-hidden />}>
              {t('shift.exact')}
            </Badge>
          ) : difference < 0 ? (
            <Badge tone="bad" icon={<CircleMinus size={20} aria-hidden />}>
              {t('shift.short', { amount: format.rupiah(-difference) })}
            </Badge>
          ) : (
            <Badge tone="warn" icon={<CirclePlus size={20} aria-hidden />}>
              {t('shift.over', { amount: format.rupiah(difference) })}
            </Badge>
          )}
        </dd>
      </div>
    </dl>
  )
}

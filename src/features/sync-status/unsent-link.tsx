import ChevronRight from 'lucide-react/icons/chevron-right'
import CircleCheck from 'lucide-react/icons/circle-check'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import OctagonAlert from 'lucide-react/icons/octagon-exclamation-point'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useUnsentCount } from '../../db/sales/unsent-count.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { useServices } from '../shared/services.ts'
import styles from './unsent-link.module.css'

/** How many sales only this device has, and how many operations a person must decide. Always on the screen. */
export function UnsentLink() {
  const { t } = useTranslation()
  const format = useFormat()
  const { salesDb } = useServices()
  const count = useUnsentCount(salesDb)
  const isWaiting = count !== undefined && count.sales > 0
  const Icon = isWaiting ? CloudUpload : CircleCheck
  return (
    <Link className={styles.link} href="/unsent">
      <span className={styles.counts}>
        <span className={styles.unsent} data-waiting={isWaiting}>
          <Icon size={20} aria-hidden />
          <span>
            <span className={styles.number} data-testid="pending-count">
              {count === undefined ? null : count.sales}
            </span>{' '}
            {t('header.unsent')}
          </span>
        </span>
        {count !== undefined && count.needDecision > 0 ? (
          <span className={styles.decide}>
            <OctagonAlert size={20} aria-hidden />
            <span data-testid="decision-count">{format.number(count.needDecision)}</span> {t('header.needDecision')}
          </span>
        ) : null}
      </span>
      <ChevronRight className={styles.arrow} size={20} aria-hidden />
    </Link>
  )
}

import ChevronRight from 'lucide-react/icons/chevron-right'
import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useFormat } from '../../i18n/use-format.ts'
import { useNow } from '../../ui/use-now.ts'
import { methodName } from '../shared/sales/payment-method.ts'
import type { PastSale } from './past-sale.ts'
import { StandingBadge, UndoneBadge } from './sale-badges.tsx'
import styles from './sale-row.module.css'

/** One sale in the list. One that another backend wrote without an offline id can only be read, not opened. */
export function SaleRow({ sale, showsCounter }: { sale: PastSale; showsCounter: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(60_000)
  const methods = [...new Set(sale.payments.map(({ method }) => methodName(method, t)))].join(' + ')
  const content: ReactNode = (
    <>
      <span className={styles.time}>{format.moment(sale.at, now)}</span>
      <span className={styles.what}>
        <span className={styles.reference}>{sale.reference === '' ? sale.code : sale.reference}</span>
        <span className={styles.muted}>
          {[sale.code === sale.reference ? '' : (sale.code ?? ''), showsCounter ? sale.deviceId : '']
            .filter((part) => part !== '')
            .join(' · ')}
        </span>
      </span>
      <span className={styles.goods}>
        <span>{methods}</span>
        <span className={styles.muted}>{t('history.items', { count: sale.lines.length })}</span>
      </span>
      <span className={styles.total}>{format.rupiah(sale.total)}</span>
      <span className={styles.state}>
        <StandingBadge standing={sale.standing} />
        <UndoneBadge sale={sale} />
      </span>
    </>
  )
  return (
    <li data-testid={`sale-${sale.saleId ?? sale.code}`}>
      {sale.saleId === null ? (
        <div className={styles.row}>{content}</div>
      ) : (
        <Link href={`/transactions/${sale.saleId}`} className={styles.row}>
          {content}
          <ChevronRight size={20} aria-hidden className={styles.chevron} />
        </Link>
      )}
    </li>
  )
}

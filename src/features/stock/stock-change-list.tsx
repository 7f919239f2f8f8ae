import ArrowRight from 'lucide-react/icons/arrow-right'
import { useTranslation } from 'react-i18next'
import { useStockChanges } from '../../db/product-detail.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { useNow } from '../../ui/use-now.ts'
import { useServices } from '../shared/services.ts'
import styles from './stock-detail.module.css'

const SHOWN = 20
const REASONS = {
  transaction: 'detail.reasonTransaction',
  sale: 'detail.reasonTransaction',
  adjustment: 'detail.reasonAdjustment',
  void: 'detail.reasonVoid',
  refund: 'detail.reasonRefund',
  restock: 'detail.reasonRestock',
  delivery: 'detail.reasonRestock',
  import: 'detail.reasonImport',
  admin: 'detail.reasonAdmin',
  database: 'detail.reasonDatabase',
  refresh: 'detail.reasonSync',
} as const

/** What this device saw happen to a product's stock, newest first. */
export function StockChangeList({ productId }: { productId: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { db } = useServices()
  const changes = useStockChanges(db, productId, SHOWN)
  const now = useNow(60_000)
  // A reason that the shop made up itself stands as it was written.
  const reasonWords = (reason: string): string => (isKnownReason(reason) ? t(REASONS[reason]) : reason)
  if (changes?.length === 0) return <p className={styles.nothing}>{t('detail.noChanges')}</p>
  return (
    <ol className={styles.changes}>
      {changes?.map((change) => (
        <li key={change.key}>
          <span className={styles.when}>{format.moment(change.at, now)}</span>
          <span className={styles.step}>
            {change.old_stock === null ? null : (
              <>
                {format.quantity(change.old_stock)} <ArrowRight size={16} aria-hidden />{' '}
              </>
            )}
            <strong>{format.quantity(change.new_stock)}</strong>
          </span>
          <span className={styles.why}>
            {change.reason ? reasonWords(change.reason) : null}{' '}
            {change.updated_by ? t('detail.by', { who: change.updated_by }) : null}
          </span>
        </li>
      ))}
    </ol>
  )
}

function isKnownReason(reason: string): reason is keyof typeof REASONS {
  return Object.hasOwn(REASONS, reason)
}

import { CloudOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useMeta } from '../../db/use-meta.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Progress } from '../../ui/progress.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useServices } from '../services.ts'
import { useObservable } from '../use-observable.ts'
import styles from './first-load.module.css'
import rowStyles from './stock-row.module.css'

const NAME_WIDTHS = ['11rem', '15rem', '9rem', '13rem', '17rem', '10rem', '14rem', '12rem']

/** The list's own layout while the branch's rows come in for the first time, with how many of how many. */
export function FirstLoad() {
  const { t } = useTranslation()
  const format = useFormat()
  const { db, status } = useServices()
  const refresh = useMeta(db, 'refresh')
  const isOffline = useObservable(status, ({ state }) => state === 'offline')
  const total = refresh ? sumOrNull(refresh.total.product, refresh.total.inventory) : null
  const loaded = refresh?.loaded ?? 0
  const words =
    loaded === 0 && total === null
      ? t('stock.loadWaiting')
      : total === null
        ? t('stock.loadRowsUnknown', { loaded: format.quantity(loaded) })
        : t('stock.loadRows', { loaded: format.quantity(loaded), total: format.quantity(total) })
  return (
    <div className={styles.screen}>
      <section className={styles.card} data-testid="first-load" data-loaded={loaded} data-total={total ?? ''}>
        <h2>{t('stock.loadTitle')}</h2>
        <Progress label={t('stock.loadTitle')} value={total === null || total === 0 ? null : loaded / total} />
        <p className={styles.rows}>{words}</p>
        {isOffline ? (
          <p className={styles.paused}>
            <CloudOff size={20} aria-hidden />
            {t('stock.loadOffline')}
          </p>
        ) : (
          <p className={styles.hint}>{t('stock.loadHint')}</p>
        )}
      </section>
      <div className={styles.skeletons} aria-hidden="true">
        {NAME_WIDTHS.concat(NAME_WIDTHS).map((width, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
          <div key={index} className={`${rowStyles.row} ${styles.skeletonRow}`}>
            <span className={rowStyles.product}>
              <span className={rowStyles.name}>
                <Skeleton width={width} />
              </span>
              <span className={rowStyles.meta}>
                <Skeleton width="7rem" />
              </span>
            </span>
            <span className={rowStyles.category}>
              <Skeleton width="6rem" />
            </span>
            <span className={rowStyles.price}>
              <Skeleton width="5rem" />
            </span>
            <span className={rowStyles.level}>
              <Skeleton width="4rem" />
            </span>
            <span className={rowStyles.stock}>
              <Skeleton width="3rem" />
            </span>
          </div>
        ))}
      </div>
    </div>
  )
}

function sumOrNull(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

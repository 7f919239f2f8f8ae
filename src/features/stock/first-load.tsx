import { CloudOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { RecordKind, RefreshState } from '../../db/rows.ts'
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
  const { resource, loaded, total, share } = stageOf(refresh)
  const words =
    loaded === 0 && total === null
      ? t('stock.loadWaiting')
      : total === null
        ? t('stock.loadRowsUnknown', { loaded: format.quantity(loaded) })
        : t(resource === 'product' ? 'stock.loadProducts' : 'stock.loadPlaces', {
            loaded: format.quantity(loaded),
            total: format.quantity(total),
          })
  return (
    <div className={styles.screen}>
      <section className={styles.card} data-testid="first-load" data-resource={resource} data-loaded={loaded}>
        <h2>{t('stock.loadTitle')}</h2>
        <Progress label={t('stock.loadTitle')} value={share} />
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

interface Stage {
  readonly resource: RecordKind
  /** Rows of this resource; `total` null until the server has said. */
  readonly loaded: number
  readonly total: number | null
  /** Of the whole load, 0 to 1; null while it can't be told. */
  readonly share: number | null
}

/** The server tells each list's size with the list's first page: products are one half of the way, their places the other. */
function stageOf(refresh: RefreshState | null | undefined): Stage {
  if (!refresh) return { resource: 'product', loaded: 0, total: null, share: null }
  const { resource, total: totals } = refresh
  const isSecond = resource === 'inventory'
  const loaded = Math.max(0, refresh.loaded - (isSecond ? (totals.product ?? 0) : 0))
  const total = totals[resource]
  const half = total === null || total === 0 ? 0 : Math.min(1, loaded / total) / 2
  return { resource, loaded, total, share: isSecond ? 0.5 + half : total === null ? null : half }
}

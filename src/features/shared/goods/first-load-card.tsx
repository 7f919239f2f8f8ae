import CloudOff from 'lucide-react/icons/cloud-off'
import { useTranslation } from 'react-i18next'
import type { RefreshState } from '../../../db/rows.ts'
import { useMeta } from '../../../db/use-meta.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Progress } from '../../../ui/progress.tsx'
import { useServices } from '../services.ts'
import { useObservable } from '../use-observable.ts'
import styles from './first-load-card.module.css'

/** Progress of the first load, in rows. */
export function FirstLoadCard() {
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
  )
}

interface Stage {
  readonly resource: string
  /** Rows of this resource; `total` null until the server has said. */
  readonly loaded: number
  readonly total: number | null
  /** Progress of the whole load, 0 to 1; null while unknown. */
  readonly share: number | null
}

/** The server sends each list's size with its first page, so count products as the first half and their places as the second. */
function stageOf(refresh: RefreshState | null | undefined): Stage {
  if (!refresh) return { resource: 'product', loaded: 0, total: null, share: null }
  const { resource, total: totals } = refresh
  const isSecond = resource === 'inventory'
  const loaded = Math.max(0, refresh.loaded - (isSecond ? (totals.product ?? 0) : 0))
  const total = totals[resource] ?? null
  const half = total === null || total === 0 ? 0 : Math.min(1, loaded / total) / 2
  return { resource, loaded, total, share: isSecond ? 0.5 + half : total === null ? null : half }
}

import { useTranslation } from 'react-i18next'
import type { RefreshState } from '../../db/rows.ts'
import { useMeta } from '../../db/use-meta.ts'
import type { Format } from '../../i18n/format.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { FactList } from '../../ui/fact-list.tsx'
import { Progress } from '../../ui/progress.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useClockSkew } from '../shared/device/use-clock-skew.ts'
import { useRefreshProgress } from '../shared/device/use-refresh.ts'
import { useServices } from '../shared/services.ts'

/** When the last comparison with the server was, what goes on, and when the next one is due (rules R1, R2), in the server's time. */
export function RefreshSection() {
  const { t } = useTranslation()
  const format = useFormat()
  const { db } = useServices()
  const refresh = useMeta(db, 'refresh')
  const { isRunning, hasFailed, nextAt } = useRefreshProgress()
  const skew = useClockSkew()
  const now = useNow(30_000) + skew
  const moment = (at: number | null | undefined) => (at ? format.moment(at + skew, now) : t('app.none'))
  const load = loadOf(refresh)
  const state = load
    ? t('refresh.loading', load.words(format))
    : isRunning
      ? t('refresh.comparing')
      : hasFailed
        ? t('refresh.failed')
        : t('refresh.idle')
  return (
    <section data-testid="refresh-section">
      <h2>{t('refresh.title')}</h2>
      <FactList
        facts={[
          [t('refresh.last'), moment(refresh?.finishedAt)],
          [t('refresh.state'), state],
          [t('refresh.next'), moment(nextAt)],
        ]}
      />
      {load && <Progress label={t('refresh.title')} value={load.share} />}
    </section>
  )
}

/** A load of all rows under way, by whichever tab or worker. */
function loadOf(refresh: RefreshState | null | undefined) {
  if (refresh?.phase !== 'running') return null
  const { loaded } = refresh
  const total = Object.values(refresh.total).reduce<number>((sum, rows) => sum + (rows ?? 0), 0)
  const share = total === 0 ? null : loaded / total
  return {
    share,
    words: (format: Format) => ({ loaded: format.quantity(loaded), total: format.quantity(Math.max(total, loaded)) }),
  }
}

import { useQuery } from '@tanstack/react-query'
import CircleCheck from 'lucide-react/icons/circle-check'
import Hourglass from 'lucide-react/icons/hourglass'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useMemo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { MinuteRow } from '../../db/journal/minute-row.ts'
import { useMinutes } from '../../db/journal/minutes.ts'
import { addDays, shopDay } from '../../domain/shop-day.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Badge } from '../../ui/badge.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useServices } from '../shared/services.ts'
import styles from './freshness-section.module.css'
import { DayTable, HourTable } from './freshness-tables.tsx'
import {
  LIVE_GOAL,
  minutesOfDay,
  type Share,
  shareOf,
  sharesByDay,
  sharesByHour,
  slotsOf,
  sumShares,
} from './live-share.ts'

/** How much of the time the stock was live (rule D3): today in words and as a chart, and the days before. */
export function FreshnessSection() {
  const { t } = useTranslation()
  const { today, ofToday, ofEarlier } = useLiveRecord()
  const days = useMemo(() => sharesByDay([...(ofEarlier ?? []), ...(ofToday ?? [])]), [ofEarlier, ofToday])
  const isLoading = ofToday === undefined || ofEarlier === undefined
  return (
    <section className={styles.section} data-testid="freshness" aria-busy={isLoading}>
      <h2>{t('freshness.title')}</h2>
      {isLoading ? (
        <div className={styles.waiting} />
      ) : ofToday === null || ofEarlier === null ? (
        <p className={styles.muted}>{t('freshness.unreadable')}</p>
      ) : (
        <>
          <Today minutes={ofToday} />
          {days.length === 0 ? null : <DayTable days={days} today={today} />}
        </>
      )}
    </section>
  )
}

function Today({ minutes }: { minutes: readonly MinuteRow[] }) {
  const { t } = useTranslation()
  const whole = useMemo(() => sumShares(minutes), [minutes])
  if (whole.open === 0) {
    return (
      <EmptyState icon={<Hourglass size={40} aria-hidden />} title={t('freshness.emptyTitle')}>
        <p>{t('freshness.emptyText')}</p>
      </EmptyState>
    )
  }
  return (
    <>
      <TodayInWords share={whole} />
      <TodayAsChart minutes={minutes} />
    </>
  )
}

function TodayInWords({ share }: { share: Share }) {
  const { t } = useTranslation()
  const format = useFormat()
  const live = shareOf(share) ?? 0
  const away = share.open - share.live
  const words = { share: format.percent(live), away: format.duration(away) }
  const goal = format.percent(LIVE_GOAL)
  return (
    <div className={styles.today} data-met={live >= LIVE_GOAL}>
      <p className={styles.words} data-testid="live-today" data-open={share.open} data-live={share.live}>
        {away === 0 ? t('freshness.todayAll', words) : t('freshness.today', words)}
      </p>
      {live >= LIVE_GOAL ? (
        <Badge tone="good" icon={<CircleCheck size={16} aria-hidden />}>
          {t('freshness.goalMet', { goal })}
        </Badge>
      ) : (
        <Badge tone="warn" icon={<TriangleAlert size={16} aria-hidden />}>
          {t('freshness.goalMissed', { goal })}
        </Badge>
      )}
      <p className={styles.muted}>{t('freshness.intro')}</p>
    </div>
  )
}

function TodayAsChart({ minutes }: { minutes: readonly MinuteRow[] }) {
  const { t } = useTranslation()
  const slots = useMemo(() => slotsOf(minutes), [minutes])
  const hours = useMemo(() => sharesByHour(minutes), [minutes])
  // The drawing library is loaded on demand. When it does not come, the tables still have every number.
  const { data: chart } = useQuery({
    queryKey: ['freshness-chart'],
    queryFn: () => import('./freshness-chart.tsx'),
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  })
  const Chart = chart?.FreshnessChart
  const hasLatency = slots.some(({ latencyP50 }) => latencyP50 !== null)
  return (
    <div className={styles.graph}>
      <h3>{t('freshness.chartTitle')}</h3>
      {hasLatency ? (
        <ul className={styles.keys}>
          <li data-key="median">
            {t('freshness.median')} ({t('diagnostics.ms', { value: '' }).trim()})
          </li>
          <li data-key="longest">{t('freshness.longest')}</li>
        </ul>
      ) : (
        <p className={styles.muted}>{t('freshness.noUpdates')}</p>
      )}
      <div className={styles.chart} data-latency={hasLatency}>
        {Chart ? (
          <Chart
            slots={slots}
            latencyLabel={t('freshness.chartLatency')}
            connectionLabel={t('freshness.chartConnection')}
          />
        ) : null}
      </div>
      <ul className={styles.keys}>
        <li data-key="live">{t('freshness.keyLive')}</li>
        <li data-key="away">{t('freshness.keyAway')}</li>
        <li data-key="closed">{t('freshness.keyClosed')}</li>
      </ul>
      <HourTable hours={hours} />
    </div>
  )
}

/** Days of which the page shows the share. */
const DAYS_SHOWN = 7

/** The recorded minutes of today, and those of the days before: they change no more, so they are read once. */
function useLiveRecord() {
  const { journalDb } = useServices()
  const today = shopDay(useNow(60_000))
  const { from, to } = minutesOfDay(today)
  const first = minutesOfDay(addDays(today, 1 - DAYS_SHOWN)).from
  return { today, ofToday: useMinutes(journalDb, from, to), ofEarlier: useMinutes(journalDb, first, from) }
}

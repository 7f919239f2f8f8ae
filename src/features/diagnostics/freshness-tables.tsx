import CircleCheck from 'lucide-react/icons/circle-check'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useTranslation } from 'react-i18next'
import { addDays } from '../../domain/shop-day.ts'
import { LANGUAGES, LOCALES } from '../../i18n/language.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Badge } from '../../ui/badge.tsx'
import styles from './freshness-section.module.css'
import { type DayShare, type HourShare, LIVE_GOAL, type Share, shareOf } from './live-share.ts'

/** The share of each day, newest first. */
export function DayTable({ days, today }: { days: readonly DayShare[]; today: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const dayName = useDayName(today)
  return (
    <div className={styles.days}>
      <h3 id="live-days">{t('freshness.days')}</h3>
      <table className={styles.table} aria-labelledby="live-days" data-testid="live-days">
        <thead>
          <tr>
            <th scope="col">{t('freshness.day')}</th>
            <th scope="col">{t('freshness.share')}</th>
            <th scope="col">{t('freshness.away')}</th>
            <th scope="col">{t('freshness.open')}</th>
          </tr>
        </thead>
        <tbody>
          {days.map((share) => (
            <tr key={share.day} data-day={share.day}>
              <th scope="row">{dayName(share.day)}</th>
              <td>
                <ShareBadge share={share} />
              </td>
              <td>{format.duration(share.open - share.live, 'short')}</td>
              <td>{format.duration(share.open, 'short')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What the charts draw, as text. */
export function HourTable({ hours }: { hours: readonly HourShare[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const ms = (value: number | null) =>
    value === null ? t('app.none') : t('diagnostics.ms', { value: format.quantity(value) })
  return (
    <details className={styles.details}>
      <summary className={styles.summary}>{t('freshness.hours')}</summary>
      <table className={styles.table} aria-label={t('freshness.hours')} data-testid="live-hours">
        <thead>
          <tr>
            <th scope="col">{t('freshness.hour')}</th>
            <th scope="col">{t('freshness.share')}</th>
            <th scope="col">{t('freshness.away')}</th>
            <th scope="col">{t('freshness.median')}</th>
            <th scope="col">{t('freshness.longest')}</th>
          </tr>
        </thead>
        <tbody>
          {hours.map((hour) => (
            <tr key={hour.hour}>
              <th scope="row">{`${hour.hour}.00`}</th>
              <td>
                <ShareBadge share={hour} />
              </td>
              <td>{format.duration(hour.open - hour.live, 'short')}</td>
              <td>{ms(hour.latencyP50)}</td>
              <td>{ms(hour.latencyMax)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** The icon, not only the colour, says whether the goal is reached. */
function ShareBadge({ share }: { share: Share }) {
  const { t } = useTranslation()
  const format = useFormat()
  const live = shareOf(share) ?? 0
  const isMet = live >= LIVE_GOAL
  return (
    <Badge
      tone={isMet ? 'good' : 'warn'}
      icon={isMet ? <CircleCheck size={16} aria-hidden /> : <TriangleAlert size={16} aria-hidden />}
    >
      {format.percent(live)}
      <span className="visually-hidden"> {t(isMet ? 'freshness.met' : 'freshness.missed')}</span>
    </Badge>
  )
}

function useDayName(today: string): (day: string) => string {
  const { t, i18n } = useTranslation()
  const language = LANGUAGES.find((candidate) => candidate === i18n.language) ?? 'id'
  // A day is no moment: read and written in the same zone, it stays what it is.
  const days = new Intl.DateTimeFormat(LOCALES[language], { day: 'numeric', month: 'short', timeZone: 'UTC' })
  return (day) => {
    if (day === today) return t('freshness.dayToday')
    if (day === addDays(today, -1)) return t('freshness.dayYesterday')
    return days.format(Date.parse(`${day}T00:00:00Z`))
  }
}

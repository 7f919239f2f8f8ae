import { useQuery } from '@tanstack/react-query'
import ReceiptText from 'lucide-react/icons/receipt-text'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { type ReactNode, useMemo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'wouter'
import { reportPath, type Takings, takingsAnswerSchema } from '../../../contract/reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { LANGUAGES, LOCALES } from '../../../i18n/language.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { methodName } from '../../shared/sales/payment-method.ts'
import { OwnerAnswer } from '../session/owner-answer.tsx'
import { useOwnerQuery } from '../session/owner-query.ts'
import { DownloadButton } from './download-button.tsx'
import { ReportTable } from './report-table.tsx'
import { barsOf } from './report-view.ts'
import styles from './reports.module.css'

/** Sales come in while the page is open. */
const REFRESH_MS = 60_000

export function TakingsReport({ period }: { period: Period }) {
  const { from, to } = period
  const query = useOwnerQuery(`${reportPath('takings')}?from=${from}&to=${to}`, takingsAnswerSchema, {
    everyMs: REFRESH_MS,
  })
  return (
    <>
      <OwnerAnswer query={query} lines={8}>
        {({ data }) => <TakingsView takings={data} period={period} />}
      </OwnerAnswer>
      <div className={styles.files}>
        <DownloadButton name="sales" period={period} label="reports.downloadSales" />
        <DownloadButton name="takings" period={period} label="reports.downloadSummary" />
      </div>
    </>
  )
}

function TakingsView({ takings, period }: { takings: Takings; period: Period }) {
  const { t } = useTranslation()
  const { totals } = takings
  const isEmpty = totals.count === 0 && totals.refund_count === 0 && totals.void_count === 0
  if (isEmpty) {
    return (
      <EmptyState icon={<ReceiptText size={40} aria-hidden />} title={t('reports.emptyTakings')}>
        <p>{t('reports.emptyTakingsText')}</p>
      </EmptyState>
    )
  }
  return (
    <>
      <Figures totals={totals} />
      {totals.marked_count > 0 ? <Marked totals={totals} /> : null}
      <TimeSection takings={takings} period={period} />
      <div className={styles.columns}>
        <SplitTable
          title={t('reports.byMethod')}
          head={t('reports.method')}
          rows={takings.by_method.map((row) => ({ ...row, name: methodName(row.payment_method, t) }))}
        />
        <SplitTable
          title={t('reports.byCounter')}
          head={t('reports.counter')}
          rows={takings.by_device.map((row) => ({
            ...row,
            name: row.device_name ?? row.device_id ?? t('reports.noCounter'),
          }))}
        />
      </div>
    </>
  )
}

function Figures({ totals }: { totals: Takings['totals'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const counted = (amount: number, count: number) => (
    <>
      {format.rupiah(amount)} <small>{t('reports.times', { count: format.quantity(count) })}</small>
    </>
  )
  const average = totals.count === 0 ? 0 : Math.round(totals.sales / totals.count)
  // What did not happen takes no room.
  const figures: readonly (readonly [name: string, value: ReactNode])[] = [
    [t('reports.salesCount'), format.quantity(totals.count)],
    [t('reports.average'), format.rupiah(average)],
    ...(totals.refund_count > 0 ? [[t('reports.refunds'), counted(totals.refunds, totals.refund_count)] as const] : []),
    ...(totals.void_count > 0 ? [[t('reports.voids'), counted(totals.voids, totals.void_count)] as const] : []),
    ...(totals.discount !== 0 ? [[t('reports.discount'), format.rupiah(totals.discount)] as const] : []),
    ...(totals.tax !== 0 ? [[t('reports.tax'), format.rupiah(totals.tax)] as const] : []),
    ...(totals.rounding !== 0 ? [[t('reports.rounding'), format.rupiah(totals.rounding)] as const] : []),
  ]
  return (
    <dl className={styles.figures}>
      <div className={styles.main}>
        <dt>{t('reports.net')}</dt>
        <dd data-testid="net-takings">{format.rupiah(totals.sales - totals.refunds)}</dd>
        <dd className={styles.small}>{t('reports.netText')}</dd>
      </div>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Never silently in the takings: what does not add up or can not be proved. */
function Marked({ totals }: { totals: Takings['totals'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [params] = useSearchParams()
  const list = new URLSearchParams(params)
  list.set('show', 'marks')
  return (
    <section className={styles.marked} data-testid="marked-takings">
      <TriangleAlert size={24} aria-hidden />
      <div>
        <h2>{t('reports.ofThese')}</h2>
        <p>
          {t('reports.ofTheseText', {
            sales: format.rupiah(totals.marked_sales),
            count: format.quantity(totals.marked_count),
          })}
          {totals.marked_refunds > 0
            ? ` ${t('reports.ofTheseRefunds', { refunds: format.rupiah(totals.marked_refunds) })}`
            : null}
        </p>
        <Link href={`?${list}`}>{t('reports.seeMarks')}</Link>
      </div>
    </section>
  )
}

function TimeSection({ takings, period }: { takings: Takings; period: Period }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { dayName, amount } = useChartWords()
  // The drawing library is loaded on demand. When it does not come, the table still has every number.
  const { data: chart } = useQuery({
    queryKey: ['takings-chart'],
    queryFn: () => import('./takings-chart.tsx'),
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  })
  const Chart = chart?.TakingsChart
  const isOneDay = period.from === period.to
  const bars = useMemo(() => barsOf(period, takings.by_slot), [period, takings.by_slot])
  const title = t(isOneDay ? 'reports.byHour' : 'reports.byDay')
  const slotName = isOneDay ? hourName : dayName
  if (takings.by_slot.length === 0) return null
  return (
    <div className={styles.time}>
      <section className={styles.graph}>
        <h2>{title}</h2>
        {Chart ? (
          <Chart label={t('reports.chartLabel')} bars={bars} slotName={slotName} amount={amount} />
        ) : (
          <div className={styles.chart} />
        )}
      </section>
      <ReportTable
        title={title}
        hideTitle
        rows={takings.by_slot}
        rowKey={(row) => row.slot}
        columns={[
          {
            head: t(isOneDay ? 'reports.hour' : 'reports.day'),
            cell: (row) => slotName(row.slot),
            isTitle: true,
          },
          { head: t('reports.salesCount'), cell: (row) => format.quantity(row.count), isNumber: true },
          { head: t('reports.sales'), cell: (row) => format.rupiah(row.sales), isNumber: true },
        ]}
      />
    </div>
  )
}

/** `08` as `08.00`, the way clocks are written here. */
function hourName(slot: string): string {
  return `${slot}.00`
}

interface SplitTableProps {
  title: string
  head: string
  rows: readonly { name: string; count: number; sales: number; refunds: number }[]
}

function SplitTable({ title, head, rows }: SplitTableProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ReportTable
      title={title}
      rows={rows}
      rowKey={(row, index) => `${row.name}-${index}`}
      columns={[
        { head, cell: (row) => row.name, isTitle: true },
        { head: t('reports.salesCount'), cell: (row) => format.quantity(row.count), isNumber: true },
        { head: t('reports.sales'), cell: (row) => format.rupiah(row.sales), isNumber: true },
        { head: t('reports.refunds'), cell: (row) => format.rupiah(row.refunds), isNumber: true },
        { head: t('reports.net'), cell: (row) => format.rupiah(row.sales - row.refunds), isNumber: true },
      ]}
    />
  )
}

interface ChartWords {
  /** A day `2026-11-22` as `22 Nov`. */
  dayName(day: string): string
  /** Whole rupiah as `1,5 jt`: there is little room beside a chart. */
  amount(rupiah: number): string
}

/** The same functions until the language changes. */
function useChartWords(): ChartWords {
  const { i18n } = useTranslation()
  const language = LANGUAGES.find((candidate) => candidate === i18n.language) ?? 'id'
  return useMemo(() => {
    // A day is no moment: read and written in the same zone, it stays what it is.
    const days = new Intl.DateTimeFormat(LOCALES[language], { day: 'numeric', month: 'short', timeZone: 'UTC' })
    const amounts = new Intl.NumberFormat(LOCALES[language], { notation: 'compact', maximumFractionDigits: 1 })
    return {
      dayName(day) {
        const at = Date.parse(`${day}T00:00:00Z`)
        return Number.isNaN(at) ? '' : days.format(at)
      },
      amount: (rupiah) => amounts.format(rupiah),
    }
  }, [language])
}

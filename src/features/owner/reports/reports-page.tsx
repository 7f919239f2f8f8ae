import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import RotateCw from 'lucide-react/icons/rotate-cw'
import type { ComponentType } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'wouter'
import { REPORT_DAYS_MAX } from '../../../contract/reports.ts'
import { type Period, shopDay } from '../../../domain/shop-day.ts'
import { IconButton } from '../../../ui/button.tsx'
import { Chip } from '../../../ui/chip.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { useChosenInSight } from '../../../ui/use-chosen-in-sight.ts'
import { useNow } from '../../../ui/use-now.ts'
import { ConflictsReport } from './conflicts-report.tsx'
import { MarksReport } from './marks-report.tsx'
import {
  isAskable,
  PRESETS,
  REPORT_PAGES,
  type ReportPage,
  type ReportView,
  readView,
  writeView,
} from './report-view.ts'
import styles from './reports.module.css'
import { ShiftsReport } from './shifts-report.tsx'
import { ApprovalsReport, OversoldReport, PricesReport, ProductsReport, ReversalsReport } from './table-reports.tsx'
import { TakingsReport } from './takings-report.tsx'

const PAGES: Readonly<Record<ReportPage, ComponentType<{ period: Period }>>> = {
  takings: TakingsReport,
  products: ProductsReport,
  shifts: ShiftsReport,
  reversals: ReversalsReport,
  approvals: ApprovalsReport,
  oversold: OversoldReport,
  prices: PricesReport,
  conflicts: ConflictsReport,
  marks: MarksReport,
}
const MINUTE_MS = 60_000

/** What happened in a period: choose which report and when. */
export function ReportsPage() {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const queries = useQueryClient()
  const isFetching = useIsFetching({ queryKey: ['owner'] }) > 0
  const today = shopDay(useNow(MINUTE_MS))
  const view = readView(params, today)
  const show = (next: Partial<ReportView>) => setParams(writeView({ ...view, ...next }), { replace: true })
  const Report = PAGES[view.page]
  const pages = useChosenInSight(view.page)
  const presets = useChosenInSight(view.preset)
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h1>{t('reports.title')}</h1>
        <IconButton
          label={t('reports.refresh')}
          icon={<RotateCw size={20} aria-hidden />}
          disabled={isFetching}
          onClick={() => void queries.invalidateQueries({ queryKey: ['owner'] })}
        />
      </header>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset does not scroll its children in a row */}
      <div ref={pages} className={styles.chips} role="group" aria-label={t('reports.which')}>
        {REPORT_PAGES.map((page) => (
          <Chip key={page} pressed={page === view.page} onPress={() => show({ page })}>
            {t(`reports.${page}`)}
          </Chip>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset does not scroll its children in a row */}
      <div ref={presets} className={styles.chips} role="group" aria-label={t('reports.period')}>
        {PRESETS.map((preset) => (
          <Chip key={preset} pressed={preset === view.preset} onPress={() => show({ preset })}>
            {t(`reports.${preset}`)}
          </Chip>
        ))}
      </div>
      {view.preset === 'custom' ? <Dates period={view.period} onPeriod={(period) => show({ period })} /> : null}
      {isAskable(view.period) ? (
        <Report key={view.page} period={view.period} />
      ) : (
        <p role="alert" className={styles.problem}>
          {t('reports.periodWrong', { days: REPORT_DAYS_MAX })}
        </p>
      )}
    </div>
  )
}

function Dates({ period, onPeriod }: { period: Period; onPeriod(period: Period): void }) {
  const { t } = useTranslation()
  return (
    <div className={styles.dates}>
      <TextField
        label={t('reports.from')}
        type="date"
        value={period.from}
        onValue={(from) => onPeriod({ ...period, from })}
      />
      <TextField label={t('reports.to')} type="date" value={period.to} onValue={(to) => onPeriod({ ...period, to })} />
      <p className={styles.small}>{t('reports.zone')}</p>
    </div>
  )
}

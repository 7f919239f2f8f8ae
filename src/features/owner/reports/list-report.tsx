import CircleCheck from 'lucide-react/icons/circle-check'
import ListX from 'lucide-react/icons/list-x'
import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type * as v from 'valibot'
import { REPORT_ROWS, reportListSchema, reportPath } from '../../../contract/reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { OwnerAnswer } from '../session/owner-answer.tsx'
import { useOwnerQuery } from '../session/owner-query.ts'
import { DownloadButton } from './download-button.tsx'
import { type Column, ReportTable } from './report-table.tsx'
import type { ReportPage } from './report-view.ts'
import styles from './reports.module.css'

interface ListReportProps<T extends v.GenericSchema> {
  name: Exclude<ReportPage, 'takings'>
  period: Period
  row: T
  /** One sentence that explains the list. */
  text?: string
  /** True if an empty list is good news. */
  isEmptyGood?: boolean
  children: (rows: readonly v.InferOutput<T>[]) => ReactNode
}

/** A list from the server and its download: loading, empty, cut short, or failing. */
export function ListReport<T extends v.GenericSchema>({
  name,
  period,
  row,
  text,
  isEmptyGood,
  children,
}: ListReportProps<T>) {
  const { t } = useTranslation()
  const format = useFormat()
  const { from, to } = period
  const query = useOwnerQuery(`${reportPath(name)}?from=${from}&to=${to}`, reportListSchema(row))
  return (
    <>
      {text ? <p className={styles.muted}>{text}</p> : null}
      <OwnerAnswer query={query}>
        {({ data }) =>
          data.rows.length === 0 ? (
            <EmptyState
              icon={isEmptyGood ? <CircleCheck size={40} aria-hidden /> : <ListX size={40} aria-hidden />}
              title={t('reports.empty')}
            >
              {isEmptyGood ? <p>{t('reports.emptyGood')}</p> : null}
            </EmptyState>
          ) : (
            <>
              {children(data.rows)}
              {data.has_more ? (
                <p role="status" className={styles.muted}>
                  {t('reports.more', { count: format.quantity(REPORT_ROWS) })}
                </p>
              ) : null}
            </>
          )
        }
      </OwnerAnswer>
      <div className={styles.files}>
        <DownloadButton name={name} period={period} label="reports.download" />
      </div>
    </>
  )
}

interface TableReportProps<T extends v.GenericSchema> extends Omit<ListReportProps<T>, 'children'> {
  title: string
  columns: readonly Column<v.InferOutput<T>>[]
  rowKey: (row: v.InferOutput<T>, index: number) => string | number
}

/** A list report whose rows are one table. The page's own choice of reports shows the title. */
export function TableReport<T extends v.GenericSchema>({ title, columns, rowKey, ...list }: TableReportProps<T>) {
  return (
    <ListReport {...list}>
      {(rows) => <ReportTable title={title} hideTitle rows={rows} rowKey={rowKey} columns={columns} />}
    </ListReport>
  )
}

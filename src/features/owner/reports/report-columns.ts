/** The columns that several reports have. */
import type { ParseKeys } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../i18n/use-format.ts'
import { useNow } from '../../../ui/use-now.ts'
import type { Column } from './report-table.tsx'

export const NONE = '–'
const MINUTE_MS = 60_000

const KINDS = {
  discount: 'reports.kindDiscount',
  void: 'reports.kindVoid',
  refund: 'reports.kindRefund',
  cash_movement: 'reports.kindCash',
  conflict: 'reports.kindConflict',
} as const

export function useColumns() {
  const { t } = useTranslation()
  const moment = useMoment()
  const text = <Row>(head: ParseKeys, cell: (row: Row) => string | null): Column<Row> => ({
    head: t(head),
    cell: (row) => cell(row) ?? NONE,
  })
  return {
    product: {
      head: t('reports.product'),
      cell: (row: { product_name: string | null; product_id: number }) => row.product_name ?? `#${row.product_id}`,
      isTitle: true,
    },
    kind: {
      head: t('reports.kind'),
      cell: (row: { kind: keyof typeof KINDS }) => t(KINDS[row.kind]),
      isTitle: true,
    },
    soldAt: text('reports.when', (row: { sold_at: string }) => moment(row.sold_at)),
    at: text('reports.when', (row: { at: string }) => moment(row.at)),
    transaction: text('reports.transaction', (row: { transaction_code: string | null }) => row.transaction_code),
    counter: text('reports.counter', (row: { device_name: string | null }) => row.device_name),
    staff: text('reports.staff', (row: { staff_name: string | null }) => row.staff_name),
    reason: text('reports.reason', (row: { reason: string | null }) => row.reason),
    approvedBy: text('reports.approvedBy', (row: { approved_by: string | null }) => row.approved_by),
    /** Head of a column of numbers. */
    number: (head: ParseKeys) => ({ head: t(head), isNumber: true }),
  }
}

/** Writes a server's time as text that stays current. */
export function useMoment(): (at: string) => string {
  const format = useFormat()
  const now = useNow(MINUTE_MS)
  return (at) => format.moment(Date.parse(at), now)
}

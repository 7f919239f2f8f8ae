import { useTranslation } from 'react-i18next'
import { type MarkRow, markRowSchema } from '../../../contract/review-reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { useNow } from '../../../ui/use-now.ts'
import { ListReport } from './list-report.tsx'
import { ReportTable } from './report-table.tsx'
import { OPERATION_WORDS } from './report-view.ts'
import styles from './reports.module.css'

const MINUTE_MS = 60_000
const NONE = '–'

/** What it is, and a sentence that says what is wrong. */
const WORDS = {
  no_items: ['reports.markNoItems', 'reports.markNoItemsText'],
  sum: ['reports.markSum', 'reports.markSumText'],
  tax: ['reports.markTax', 'reports.markTaxText'],
  rounding: ['reports.markRounding', 'reports.markRoundingText'],
  payments: ['reports.markPayments', 'reports.markPaymentsText'],
  unpaid: ['reports.markUnpaid', 'reports.markUnpaidText'],
  price: ['reports.markPrice', 'reports.markPriceText'],
  product_unknown: ['reports.markProductUnknown', 'reports.markProductUnknownText'],
  refund_share: ['reports.markRefund', 'reports.markRefundText'],
  time: ['reports.markTime', 'reports.markTimeText'],
  late: ['reports.markLate', 'reports.markLateText'],
  other_device: ['reports.markOtherDevice', 'reports.markOtherDeviceText'],
  foreign_shift: ['reports.markForeignShift', 'reports.markForeignShiftText'],
  closing_brought: ['reports.markClosingBrought', 'reports.markClosingBroughtText'],
  void_by_other: ['reports.markVoidByOther', 'reports.markVoidByOtherText'],
  staff_unknown: ['reports.markStaffUnknown', 'reports.markStaffUnknownText'],
  approver_unknown: ['reports.markApproverUnknown', 'reports.markApproverUnknownText'],
  approver_without_right: ['reports.markApproverNoRight', 'reports.markApproverNoRightText'],
  approval_missing: ['reports.markNoApproval', 'reports.markNoApprovalText'],
  approval_unproven: ['reports.markUnproven', 'reports.markUnprovenText'],
  approval_forged: ['reports.markForged', 'reports.markForgedText'],
  other: ['reports.markOther', 'reports.markOtherText'],
} as const satisfies Record<MarkRow['kind'], readonly [string, string]>

const wordsOf = ({ kind, operation_type: type }: MarkRow) =>
  kind === 'sum' && type === 'shift' ? (['reports.markShiftSum', 'reports.markShiftSumText'] as const) : WORDS[kind]

/** What was booked as a device told it and does not fit. Nothing is to be decided here: it is for the owner's eyes. */
export function MarksReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(MINUTE_MS)
  const moment = (at: string) => format.moment(Date.parse(at), now)
  const money = (amount: number | null) => (amount === null ? NONE : format.rupiah(amount))
  const told = (row: MarkRow) => {
    if (row.claimed_at !== null) return moment(row.claimed_at)
    return row.named_staff_id === null ? money(row.claimed) : t('reports.staffNumber', { id: row.named_staff_id })
  }
  return (
    <ListReport name="marks" period={period} row={markRowSchema} text={t('reports.marksText')} isEmptyGood>
      {(rows) => (
        <ReportTable
          title={t('reports.marks')}
          hideTitle
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              head: t('reports.mark'),
              cell: (row) => (
                <>
                  <span>{t(wordsOf(row)[0])}</span>
                  <p className={styles.small}>{t(wordsOf(row)[1])}</p>
                </>
              ),
              isTitle: true,
            },
            {
              head: t('reports.transaction'),
              cell: (row) => `${t(OPERATION_WORDS[row.operation_type])} ${row.transaction_code ?? ''}`,
            },
            { head: t('reports.counter'), cell: (row) => row.device_name ?? NONE },
            { head: t('reports.staff'), cell: (row) => row.staff_name ?? NONE },
            { head: t('reports.countedAt'), cell: (row) => moment(row.occurred_at) },
            { head: t('reports.arrivedAt'), cell: (row) => moment(row.arrived_at) },
            { head: t('reports.byDevice'), cell: told, isNumber: true },
            { head: t('reports.byServer'), cell: (row) => money(row.computed), isNumber: true },
          ]}
        />
      )}
    </ListReport>
  )
}

import { useTranslation } from 'react-i18next'
import { type MarkRow, markRowSchema } from '../../../contract/review-reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { TableReport } from './list-report.tsx'
import { NONE, useColumns, useMoment } from './report-columns.ts'
import { OPERATION_WORDS } from './report-view.ts'
import styles from './reports.module.css'

/** Title of each mark, and a sentence that says what is wrong. */
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

/** Records that were booked as the device sent them although they are inconsistent. For information: nothing to decide here. */
export function MarksReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const format = useFormat()
  const moment = useMoment()
  const { counter, staff, number } = useColumns()
  const money = (amount: number | null) => (amount === null ? NONE : format.rupiah(amount))
  const told = (row: MarkRow) => {
    if (row.claimed_at !== null) return moment(row.claimed_at)
    return row.named_staff_id === null ? money(row.claimed) : t('reports.staffNumber', { id: row.named_staff_id })
  }
  return (
    <TableReport
      name="marks"
      title={t('reports.marks')}
      text={t('reports.marksText')}
      isEmptyGood
      period={period}
      row={markRowSchema}
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
        counter,
        staff,
        { head: t('reports.countedAt'), cell: (row) => moment(row.occurred_at) },
        { head: t('reports.arrivedAt'), cell: (row) => moment(row.arrived_at) },
        { ...number('reports.byDevice'), cell: told },
        { ...number('reports.byServer'), cell: (row) => money(row.computed) },
      ]}
    />
  )
}

/** The reports that are one table each. */
import { useTranslation } from 'react-i18next'
import { soldProductSchema } from '../../../contract/reports.ts'
import {
  approvalRowSchema,
  oversoldRowSchema,
  priceRowSchema,
  reversalRowSchema,
} from '../../../contract/review-reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { useNow } from '../../../ui/use-now.ts'
import { methodName } from '../../shared/sales/payment-method.ts'
import { ListReport } from './list-report.tsx'
import { ReportTable } from './report-table.tsx'

const MINUTE_MS = 60_000
const NONE = '–'

const KINDS = {
  discount: 'reports.kindDiscount',
  void: 'reports.kindVoid',
  refund: 'reports.kindRefund',
  cash_movement: 'reports.kindCash',
  conflict: 'reports.kindConflict',
} as const

function useMoment(): (at: string) => string {
  const format = useFormat()
  const now = useNow(MINUTE_MS)
  return (at) => format.moment(Date.parse(at), now)
}

export function ProductsReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ListReport name="products" period={period} row={soldProductSchema} text={t('reports.productsText')}>
      {(rows) => (
        <ReportTable
          title={t('reports.products')}
          hideTitle
          rows={rows}
          rowKey={(row) => row.product_id}
          columns={[
            { head: t('reports.product'), cell: (row) => row.product_name ?? `#${row.product_id}`, isTitle: true },
            {
              head: t('reports.sold'),
              cell: (row) => `${format.quantity(row.quantity)} ${row.unit ?? ''}`,
              isNumber: true,
            },
            {
              head: t('reports.returned'),
              cell: (row) => (row.returned === 0 ? NONE : format.quantity(row.returned)),
              isNumber: true,
            },
            { head: t('reports.sales'), cell: (row) => format.rupiah(row.sales), isNumber: true },
          ]}
        />
      )}
    </ListReport>
  )
}

export function OversoldReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const format = useFormat()
  const moment = useMoment()
  return (
    <ListReport name="oversold" period={period} row={oversoldRowSchema} text={t('reports.oversoldText')} isEmptyGood>
      {(rows) => (
        <ReportTable
          title={t('reports.oversold')}
          hideTitle
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            { head: t('reports.product'), cell: (row) => row.product_name ?? `#${row.product_id}`, isTitle: true },
            { head: t('reports.when'), cell: (row) => moment(row.sold_at) },
            { head: t('reports.transaction'), cell: (row) => row.transaction_code ?? NONE },
            { head: t('reports.counter'), cell: (row) => row.device_name ?? NONE },
            { head: t('reports.staff'), cell: (row) => row.staff_name ?? NONE },
            { head: t('reports.quantity'), cell: (row) => format.quantity(row.quantity), isNumber: true },
            { head: t('reports.missing'), cell: (row) => format.quantity(row.missing), isNumber: true },
            {
              head: t('reports.stockShown'),
              cell: (row) => (row.stock_shown === null ? NONE : format.quantity(row.stock_shown)),
              isNumber: true,
            },
            { head: t('reports.stockAfter'), cell: (row) => format.quantity(row.stock_after), isNumber: true },
          ]}
        />
      )}
    </ListReport>
  )
}

export function PricesReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const format = useFormat()
  const moment = useMoment()
  return (
    <ListReport name="prices" period={period} row={priceRowSchema} text={t('reports.pricesText')} isEmptyGood>
      {(rows) => (
        <ReportTable
          title={t('reports.prices')}
          hideTitle
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            { head: t('reports.product'), cell: (row) => row.product_name ?? `#${row.product_id}`, isTitle: true },
            { head: t('reports.when'), cell: (row) => moment(row.sold_at) },
            { head: t('reports.transaction'), cell: (row) => row.transaction_code ?? NONE },
            { head: t('reports.counter'), cell: (row) => row.device_name ?? NONE },
            { head: t('reports.staff'), cell: (row) => row.staff_name ?? NONE },
            { head: t('reports.quantity'), cell: (row) => format.quantity(row.quantity), isNumber: true },
            { head: t('reports.soldPrice'), cell: (row) => format.rupiah(row.sold_price), isNumber: true },
            { head: t('reports.serverPrice'), cell: (row) => format.rupiah(row.server_price), isNumber: true },
            {
              head: t('reports.difference'),
              cell: (row) => format.rupiah(row.sold_price - row.server_price),
              isNumber: true,
            },
          ]}
        />
      )}
    </ListReport>
  )
}

export function ReversalsReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const format = useFormat()
  const moment = useMoment()
  return (
    <ListReport name="reversals" period={period} row={reversalRowSchema} isEmptyGood>
      {(rows) => (
        <ReportTable
          title={t('reports.reversals')}
          hideTitle
          rows={rows}
          rowKey={(row, index) => `${row.at}-${index}`}
          columns={[
            { head: t('reports.kind'), cell: (row) => t(KINDS[row.kind]), isTitle: true },
            { head: t('reports.when'), cell: (row) => moment(row.at) },
            { head: t('reports.transaction'), cell: (row) => row.transaction_code ?? NONE },
            { head: t('reports.counter'), cell: (row) => row.device_name ?? NONE },
            {
              head: t('reports.method'),
              cell: (row) => (row.payment_method === null ? NONE : methodName(row.payment_method, t)),
            },
            { head: t('reports.reason'), cell: (row) => row.reason ?? NONE },
            { head: t('reports.staff'), cell: (row) => row.staff_name ?? NONE },
            { head: t('reports.approvedBy'), cell: (row) => row.approved_by ?? NONE },
            { head: t('reports.amount'), cell: (row) => format.rupiah(row.amount), isNumber: true },
          ]}
        />
      )}
    </ListReport>
  )
}

const PROOFS = {
  proven: 'reports.proofProven',
  unproven: 'reports.proofUnproven',
  forged: 'reports.proofForged',
  missing: 'reports.proofMissing',
} as const

export function ApprovalsReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const format = useFormat()
  const moment = useMoment()
  return (
    <ListReport name="approvals" period={period} row={approvalRowSchema} text={t('reports.approvalsText')}>
      {(rows) => (
        <ReportTable
          title={t('reports.approvals')}
          hideTitle
          rows={rows}
          rowKey={(row, index) => `${row.at}-${index}`}
          columns={[
            { head: t('reports.kind'), cell: (row) => t(KINDS[row.kind]), isTitle: true },
            { head: t('reports.when'), cell: (row) => moment(row.at) },
            { head: t('reports.transaction'), cell: (row) => row.transaction_code ?? NONE },
            { head: t('reports.counter'), cell: (row) => row.device_name ?? NONE },
            { head: t('reports.reason'), cell: (row) => row.reason ?? NONE },
            { head: t('reports.staff'), cell: (row) => row.staff_name ?? NONE },
            { head: t('reports.approvedBy'), cell: (row) => row.approved_by ?? NONE },
            { head: t('reports.proof'), cell: (row) => (row.proof === null ? NONE : t(PROOFS[row.proof])) },
            {
              head: t('reports.amount'),
              cell: (row) => (row.amount === null ? NONE : format.rupiah(row.amount)),
              isNumber: true,
            },
          ]}
        />
      )}
    </ListReport>
  )
}

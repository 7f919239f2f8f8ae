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
import { methodName } from '../../shared/sales/payment-method.ts'
import { TableReport } from './list-report.tsx'
import { NONE, useColumns } from './report-columns.ts'

export function ProductsReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const { product, number } = useColumns()
  const format = useFormat()
  return (
    <TableReport
      name="products"
      title={t('reports.products')}
      text={t('reports.productsText')}
      period={period}
      row={soldProductSchema}
      rowKey={(row) => row.product_id}
      columns={[
        product,
        { ...number('reports.sold'), cell: (row) => `${format.quantity(row.quantity)} ${row.unit ?? ''}` },
        { ...number('reports.returned'), cell: (row) => (row.returned === 0 ? NONE : format.quantity(row.returned)) },
        { ...number('reports.sales'), cell: (row) => format.rupiah(row.sales) },
      ]}
    />
  )
}

export function OversoldReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const { product, soldAt, transaction, counter, staff, number } = useColumns()
  const format = useFormat()
  return (
    <TableReport
      name="oversold"
      title={t('reports.oversold')}
      text={t('reports.oversoldText')}
      isEmptyGood
      period={period}
      row={oversoldRowSchema}
      rowKey={(row) => row.id}
      columns={[
        product,
        soldAt,
        transaction,
        counter,
        staff,
        { ...number('reports.quantity'), cell: (row) => format.quantity(row.quantity) },
        { ...number('reports.missing'), cell: (row) => format.quantity(row.missing) },
        {
          ...number('reports.stockShown'),
          cell: (row) => (row.stock_shown === null ? NONE : format.quantity(row.stock_shown)),
        },
        { ...number('reports.stockAfter'), cell: (row) => format.quantity(row.stock_after) },
      ]}
    />
  )
}

export function PricesReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const { product, soldAt, transaction, counter, staff, number } = useColumns()
  const format = useFormat()
  return (
    <TableReport
      name="prices"
      title={t('reports.prices')}
      text={t('reports.pricesText')}
      isEmptyGood
      period={period}
      row={priceRowSchema}
      rowKey={(row) => row.id}
      columns={[
        product,
        soldAt,
        transaction,
        counter,
        staff,
        { ...number('reports.quantity'), cell: (row) => format.quantity(row.quantity) },
        { ...number('reports.soldPrice'), cell: (row) => format.rupiah(row.sold_price) },
        { ...number('reports.serverPrice'), cell: (row) => format.rupiah(row.server_price) },
        { ...number('reports.difference'), cell: (row) => format.rupiah(row.sold_price - row.server_price) },
      ]}
    />
  )
}

export function ReversalsReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const { kind, at, transaction, counter, reason, staff, approvedBy, number } = useColumns()
  const format = useFormat()
  return (
    <TableReport
      name="reversals"
      title={t('reports.reversals')}
      isEmptyGood
      period={period}
      row={reversalRowSchema}
      rowKey={(row, index) => `${row.at}-${index}`}
      columns={[
        kind,
        at,
        transaction,
        counter,
        {
          head: t('reports.method'),
          cell: (row) => (row.payment_method === null ? NONE : methodName(row.payment_method, t)),
        },
        reason,
        staff,
        approvedBy,
        { ...number('reports.amount'), cell: (row) => format.rupiah(row.amount) },
      ]}
    />
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
  const { kind, at, transaction, counter, reason, staff, approvedBy, number } = useColumns()
  const format = useFormat()
  return (
    <TableReport
      name="approvals"
      title={t('reports.approvals')}
      text={t('reports.approvalsText')}
      period={period}
      row={approvalRowSchema}
      rowKey={(row, index) => `${row.at}-${index}`}
      columns={[
        kind,
        at,
        transaction,
        counter,
        reason,
        staff,
        approvedBy,
        { head: t('reports.proof'), cell: (row) => (row.proof === null ? NONE : t(PROOFS[row.proof])) },
        { ...number('reports.amount'), cell: (row) => (row.amount === null ? NONE : format.rupiah(row.amount)) },
      ]}
    />
  )
}

import { useTranslation } from 'react-i18next'
import type { OperationRow } from '../../db/sales/sales-rows.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useBranchSale } from '../shared/sales/branch-sales.ts'
import { reasonOf, totalOf } from '../shared/sales/operation-words.ts'
import { methodName } from '../shared/sales/payment-method.ts'
import styles from './compare-dialog.module.css'
import { LineList } from './line-list.tsx'
import type { Resolution } from './use-decisions.ts'

interface CompareDialogProps {
  row: OperationRow
  onClose(): void
  onKeep(resolution: Resolution): void
}

/** One side of the conflict, in what both can tell. */
interface Side {
  readonly at: number
  readonly total: number | null
  readonly reason: string
  readonly lines: readonly { readonly name: string; readonly quantity: number }[]
  readonly payments: readonly { readonly method: string; readonly amount: number }[]
}

/** Two contents under one id: a person reads both and says which one counts (rule Q2). */
export function CompareDialog({ row, onClose, onKeep }: CompareDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog
      title={t('unsent.compareTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('app.back')}</Button>
          <Button onClick={() => onKeep('keep_server')}>{t('unsent.keepServer')}</Button>
          <Button onClick={() => onKeep('keep_local')}>{t('unsent.keepLocal')}</Button>
        </>
      }
    >
      <div className={styles.sides}>
        <section>
          <h3>{t('unsent.sideHere')}</h3>
          <SideFacts side={sideHere(row)} />
        </section>
        <section>
          <h3>{t('unsent.sideServer')}</h3>
          {row.kind === 'sale' ? <ServerSide saleId={row.offline_id} /> : <p>{t('unsent.sideNone')}</p>}
        </section>
      </div>
    </Dialog>
  )
}

function ServerSide({ saleId }: { saleId: string }) {
  const { t } = useTranslation()
  const { data: sale, isPending, isError } = useBranchSale(saleId)
  if (isPending) return <Skeleton width="10rem" />
  if (isError) return <p>{t('unsent.sideUnknown')}</p>
  if (sale === null) return <p>{t('unsent.sideNone')}</p>
  return (
    <SideFacts
      side={{
        at: Date.parse(sale.created_at_device ?? sale.created_at),
        total: sale.grand_total,
        reason: '',
        lines: sale.items.map((item) => ({
          name: item.product_name ?? String(item.product_id),
          quantity: item.quantity,
        })),
        payments: sale.payments.map(({ payment_method: method, amount }) => ({ method, amount })),
      }}
    />
  )
}

function SideFacts({ side }: { side: Side }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <>
      <LineList
        lines={[
          [t('unsent.time'), format.moment(side.at, Date.now())],
          ...(side.total === null ? [] : ([[t('unsent.total'), format.rupiah(side.total)]] as const)),
          ...(side.reason === '' ? [] : ([[t('unsent.reason'), side.reason]] as const)),
        ]}
      />
      <LineList lines={side.lines.map(({ name, quantity }) => [name, `× ${format.quantity(quantity)}`])} />
      <LineList lines={side.payments.map(({ method, amount }) => [methodName(method, t), format.rupiah(amount)])} />
    </>
  )
}

function sideHere(row: OperationRow): Side {
  const { content } = row
  return {
    at: row.created_at,
    total: totalOf(row),
    reason: reasonOf(row),
    lines:
      content.type === 'sale'
        ? content.sale.items.map((item) => ({
            name: item.product_name ?? String(item.product_id),
            quantity: item.quantity,
          }))
        : [],
    payments:
      content.type === 'sale' ? content.payments.map(({ payment_method: method, amount }) => ({ method, amount })) : [],
  }
}

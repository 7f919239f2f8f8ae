import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Decision, OperationRow } from '../../db/sales/sales-rows.ts'
import { useOperation } from '../../db/sales/unsent.ts'
import { useMeta } from '../../db/use-meta.ts'
import { lineTotal } from '../../domain/sale-totals.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FactList } from '../../ui/fact-list.tsx'
import { useNow } from '../../ui/use-now.ts'
import { errorWords, kindWords, reasonOf, referenceOf, totalOf } from '../shared/sales/operation-words.ts'
import { methodName } from '../shared/sales/payment-method.ts'
import { useServices } from '../shared/services.ts'
import { LineList } from './line-list.tsx'
import styles from './operation-detail.module.css'
import { sendsIn } from './sends-in.ts'

const DECISIONS = {
  void: 'unsent.decisionVoid',
  'send-again': 'unsent.decisionSendAgain',
  'keep-server': 'unsent.decisionKeepServer',
  'keep-local': 'unsent.decisionKeepLocal',
  imported: 'unsent.decisionImported',
} as const satisfies Record<Decision['what'], string>

/** Everything about one operation of the queue, for whoever has to understand why it is still here. */
export function OperationDetail({ offlineId, onClose }: { offlineId: string; onClose(): void }) {
  const { t } = useTranslation()
  const { salesDb } = useServices()
  const row = useOperation(salesDb, offlineId)
  if (!row) return null
  return (
    <Dialog
      title={`${kindWords(row, t)} ${referenceOf(row)}`.trim()}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('app.close')}</Button>}
    >
      <Facts row={row} />
    </Dialog>
  )
}

function Facts({ row }: { row: OperationRow }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { db } = useServices()
  const device = useMeta(db, 'device')
  const now = useNow(2_000)
  const wait = sendsIn(row.next_attempt_at)
  const total = totalOf(row)
  const reason = reasonOf(row)
  const saleId = row.kind === 'sale' ? row.offline_id : row.kind === 'void' || row.kind === 'refund' ? row.about : ''
  const facts: [string, ReactNode][] = [
    [t('unsent.time'), format.moment(row.created_at, now)],
    ...(total === null ? [] : [[t('unsent.total'), format.rupiah(total)] satisfies [string, ReactNode]]),
    ...(reason === '' ? [] : [[t('unsent.reason'), reason] satisfies [string, ReactNode]]),
    [t('unsent.attemptsLabel'), row.attempts],
    ...(row.state === 'queued' && wait > 0
      ? [[t('unsent.nextLabel'), format.timeWithSeconds(now + wait)] satisfies [string, ReactNode]]
      : []),
    ...(row.exported_at === null
      ? []
      : [[t('unsent.exportedAt'), format.moment(row.exported_at, now)] satisfies [string, ReactNode]]),
    [
      t('unsent.operationId'),
      <span key="id" className={styles.id}>
        {row.offline_id}
      </span>,
    ],
  ]
  return (
    <>
      {device && device.branch.code !== row.branch_code ? (
        <p role="status">{t('unsent.otherBranchText', { branch: row.branch_code })}</p>
      ) : null}
      {row.error ? <p>{errorWords(row.error, t)}</p> : null}
      <FactList facts={facts} />
      {row.content.type === 'sale' ? (
        <>
          <h3>{t('unsent.lines')}</h3>
          <LineList
            lines={row.content.sale.items.map((item) => [
              `${item.product_name ?? `#${item.product_id}`} × ${format.quantity(item.quantity)}`,
              format.rupiah(lineTotal({ ...item, discount: item.discount ?? 0 })),
            ])}
          />
          <h3>{t('unsent.payments')}</h3>
          <LineList
            lines={row.content.payments.map((payment) => [
              methodName(payment.payment_method, t),
              format.rupiah(payment.amount),
            ])}
          />
        </>
      ) : null}
      {row.decisions.length === 0 ? null : (
        <>
          <h3>{t('unsent.decisions')}</h3>
          <FactList
            facts={row.decisions.map((decision, index) => [
              `${index + 1}. ${t(DECISIONS[decision.what])}, ${format.moment(decision.at, now)}`,
              decision.reason,
            ])}
          />
        </>
      )}
      {row.error && row.error.kind !== 'offline' ? (
        <p className={styles.words}>
          {t('unsent.serverWords')}: {row.error.message}
        </p>
      ) : null}
      {saleId === '' ? null : <Link href={`/transactions/${saleId}`}>{t('unsent.openSale')}</Link>}
    </>
  )
}

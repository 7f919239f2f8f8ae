import type { TFunction } from 'i18next'
import CircleCheck from 'lucide-react/icons/circle-check'
import CircleAlert from 'lucide-react/icons/circle-exclamation-point'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { type ConflictDecision, type ConflictRow, conflictRowSchema } from '../../../contract/review-reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { compareContents } from './compare-contents.ts'
import { DecisionDialog } from './decision-dialog.tsx'
import { ListReport } from './list-report.tsx'
import { ReportTable } from './report-table.tsx'
import { OPERATION_WORDS } from './report-view.ts'
import styles from './reports.module.css'

const MINUTE_MS = 60_000
interface Asking {
  readonly conflict: ConflictRow
  readonly resolution: ConflictDecision['resolution']
}

export function ConflictsReport({ period }: { period: Period }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState<Asking | null>(null)
  const [said, setSaid] = useState('')
  return (
    <>
      <p role="status" className={styles.said}>
        {said}
      </p>
      <ListReport
        name="conflicts"
        period={period}
        row={conflictRowSchema}
        text={t('reports.conflictsText')}
        isEmptyGood
      >
        {(rows) => (
          <ul className={styles.cards}>
            {rows.map((conflict) => (
              <ConflictCard
                key={conflict.conflict_id}
                conflict={conflict}
                onDecide={(resolution) => setAsking({ conflict, resolution })}
              />
            ))}
          </ul>
        )}
      </ListReport>
      {asking ? (
        <DecisionDialog
          conflictId={asking.conflict.conflict_id}
          resolution={asking.resolution}
          onClose={() => setAsking(null)}
          onDecided={() => {
            setAsking(null)
            setSaid(t('reports.decided'))
          }}
        />
      ) : null}
    </>
  )
}

interface ConflictCardProps {
  conflict: ConflictRow
  onDecide(resolution: ConflictDecision['resolution']): void
}

function ConflictCard({ conflict, onDecide }: ConflictCardProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(MINUTE_MS)
  const moment = (at: string) => format.moment(Date.parse(at), now)
  const { different, sameCount } = compareContents(conflict.server_content, conflict.local_content)
  return (
    <li className={styles.card}>
      <header className={styles.cardHead}>
        <h2>{t(OPERATION_WORDS[conflict.operation_type])}</h2>
        {conflict.resolution === null ? (
          <Badge tone="bad" icon={<CircleAlert size={20} aria-hidden />}>
            {t('reports.conflictOpen')}
          </Badge>
        ) : (
          <Badge tone="quiet" icon={<CircleCheck size={20} aria-hidden />}>
            {t(conflict.resolution === 'keep_server' ? 'reports.conflictServer' : 'reports.conflictLocal')}
          </Badge>
        )}
      </header>
      <p className={styles.small}>
        {t('reports.conflictFound', {
          when: moment(conflict.detected_at),
          device: conflict.device_name ?? t('app.none'),
        })}
        <br />
        {conflict.offline_id}
      </p>
      <ReportTable
        title={t('reports.conflicts')}
        hideTitle
        level={3}
        rows={different}
        rowKey={(pair) => pair.field}
        columns={[
          { head: t('reports.conflictField'), cell: (pair) => fieldName(pair.field, t), isTitle: true },
          { head: t('reports.conflictOnServer'), cell: (pair) => pair.server ?? t('app.none') },
          { head: t('reports.conflictOnCounter'), cell: (pair) => pair.local ?? t('app.none') },
        ]}
      />
      {sameCount > 0 ? (
        <p className={styles.small}>{t('reports.conflictSame', { count: format.quantity(sameCount) })}</p>
      ) : null}
      {conflict.resolution === null ? (
        <div className={styles.choices}>
          <Button onClick={() => onDecide('keep_server')}>{t('reports.keepServer')}</Button>
          {/* Only a sale can be booked anew as the counter has it. */}
          {conflict.operation_type === 'transaction' ? (
            <Button onClick={() => onDecide('keep_local')}>{t('reports.keepLocal')}</Button>
          ) : null}
        </div>
      ) : (
        <p>
          {conflict.resolved_at === null
            ? null
            : t('reports.conflictDecided', {
                when: moment(conflict.resolved_at),
                name: conflict.resolved_by ?? t('app.none'),
              })}
          {conflict.reason ? ` · ${conflict.reason}` : null}
        </p>
      )}
    </li>
  )
}

const NAMES = {
  grand_total: 'reports.fieldTotal',
  subtotal: 'reports.fieldSubtotal',
  discount_total: 'reports.fieldDiscountTotal',
  discount: 'reports.fieldDiscountTotal',
  cart_discount: 'reports.fieldCartDiscount',
  tax_total: 'reports.fieldTax',
  payment_method: 'reports.fieldMethod',
  created_at_device: 'reports.fieldTime',
  offline_reference: 'reports.fieldReference',
  product_name: 'reports.fieldProduct',
  product_id: 'reports.fieldProductId',
  quantity: 'reports.fieldQuantity',
  price: 'reports.fieldPrice',
  stock_shown: 'reports.fieldStockShown',
  amount: 'reports.fieldAmount',
  reason: 'reports.fieldReason',
  staff_id: 'reports.fieldStaff',
  note: 'reports.fieldNote',
} as const

const PLACE = /^(?:item\.)?(?:(items|payments)\.(\d+)\.)?(.+)$/

/** `item.items.0.price` as a person reads it: `Barang 1 · Harga`. What is not known is shown as it is called on the wire. */
function fieldName(path: string, t: TFunction): string {
  const [, list, place, field = path] = PLACE.exec(path) ?? []
  const key = Object.entries(NAMES).find(([known]) => known === field)?.[1]
  const name = key === undefined ? field : t(key)
  if (list === undefined) return name
  const number = Number(place) + 1
  return `${t(list === 'items' ? 'reports.fieldLine' : 'reports.fieldPayment', { number })} · ${name}`
}

import ArrowDownLeft from 'lucide-react/icons/arrow-down-left'
import ArrowUpRight from 'lucide-react/icons/arrow-up-right'
import CircleCheck from 'lucide-react/icons/circle-check'
import CircleAlert from 'lucide-react/icons/circle-exclamation-point'
import LockOpen from 'lucide-react/icons/lock-open'
import { useTranslation } from 'react-i18next'
import { type ShiftReport, shiftReportSchema } from '../../../contract/reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Badge } from '../../../ui/badge.tsx'
import { FactList } from '../../../ui/fact-list.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { methodName } from '../../shared/sales/payment-method.ts'
import { ListReport } from './list-report.tsx'
import { ReportTable } from './report-table.tsx'
import styles from './reports.module.css'

const MINUTE_MS = 60_000

export function ShiftsReport({ period }: { period: Period }) {
  return (
    <ListReport name="shifts" period={period} row={shiftReportSchema}>
      {(rows) => (
        <ul className={styles.cards}>
          {rows.map((shift) => (
            <ShiftCard key={shift.shift_offline_id} shift={shift} />
          ))}
        </ul>
      )}
    </ListReport>
  )
}

function ShiftCard({ shift }: { shift: ShiftReport }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(MINUTE_MS)
  const when = (at: string, name: string | null) =>
    t('reports.by', { when: format.moment(Date.parse(at), now), name: name ?? t('app.none') })
  const money = (amount: number | null) => (amount === null ? t('app.none') : format.rupiah(amount))
  return (
    <li className={styles.card}>
      <header className={styles.cardHead}>
        <h2>{t('reports.shiftOf', { name: shift.opened_by ?? shift.device_name ?? t('app.none') })}</h2>
        <CashState shift={shift} />
      </header>
      <div className={styles.columns}>
        <FactList
          facts={[
            [t('reports.counter'), shift.device_name ?? t('app.none')],
            [t('reports.opened'), when(shift.opened_at, shift.opened_by)],
            [t('reports.closed'), shift.closed_at === null ? t('app.none') : when(shift.closed_at, shift.closed_by)],
          ]}
        />
        <FactList
          facts={[
            [t('reports.openingCash'), money(shift.opening_cash)],
            [t('reports.expectedByServer'), money(shift.booked_cash)],
            [t('reports.expectedByDevice'), money(shift.expected_cash)],
            [t('reports.countedCash'), money(shift.counted_cash)],
          ]}
        />
      </div>
      {shift.totals.length > 0 ? (
        <ReportTable
          title={t('reports.byMethod')}
          level={3}
          rows={shift.totals}
          rowKey={(row) => row.payment_method}
          columns={[
            { head: t('reports.method'), cell: (row) => methodName(row.payment_method, t), isTitle: true },
            { head: t('reports.salesCount'), cell: (row) => format.quantity(row.count), isNumber: true },
            { head: t('reports.sales'), cell: (row) => format.rupiah(row.sales), isNumber: true },
            { head: t('reports.refunds'), cell: (row) => format.rupiah(row.refunds), isNumber: true },
          ]}
        />
      ) : null}
      {shift.movements.length > 0 ? (
        <section>
          <h3>{t('reports.movements')}</h3>
          <ul>
            {shift.movements.map((movement) => (
              <li key={`${movement.at}-${movement.amount}-${movement.reason}`} className={styles.movement}>
                {movement.direction === 'in' ? (
                  <ArrowDownLeft size={20} aria-hidden />
                ) : (
                  <ArrowUpRight size={20} aria-hidden />
                )}
                <span>
                  {t(movement.direction === 'in' ? 'reports.cashIn' : 'reports.cashOut')} · {movement.reason}
                </span>
                <span className={styles.small}>{when(movement.at, movement.staff_name)}</span>
                <strong>{format.rupiah(movement.amount)}</strong>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {shift.unsent_count ? (
        <p className={styles.muted}>{t('reports.unsentAtClose', { count: format.quantity(shift.unsent_count) })}</p>
      ) : null}
      {shift.note ? (
        <p>
          {t('reports.note')}: {shift.note}
        </p>
      ) : null}
    </li>
  )
}

/** What the drawer had against what it should have had: by the server's sum, by the device's where the server has none. */
function CashState({ shift }: { shift: ShiftReport }) {
  const { t } = useTranslation()
  const format = useFormat()
  const expected = shift.booked_cash ?? shift.expected_cash
  if (shift.counted_cash === null || expected === null) {
    return (
      <Badge tone="info" icon={<LockOpen size={20} aria-hidden />}>
        {t('reports.shiftOpen')}
      </Badge>
    )
  }
  const difference = shift.counted_cash - expected
  if (difference === 0) {
    return (
      <Badge tone="good" icon={<CircleCheck size={20} aria-hidden />}>
        {t('reports.cashEven')}
      </Badge>
    )
  }
  return (
    <Badge tone={difference < 0 ? 'bad' : 'warn'} icon={<CircleAlert size={20} aria-hidden />}>
      {t(difference < 0 ? 'reports.cashShort' : 'reports.cashOver')} {format.rupiah(Math.abs(difference))}
    </Badge>
  )
}

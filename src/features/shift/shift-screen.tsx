import ArrowDownToLine from 'lucide-react/icons/arrow-down-to-line'
import ArrowUpFromLine from 'lucide-react/icons/arrow-up-from-line'
import ChevronRight from 'lucide-react/icons/chevron-right'
import Lock from 'lucide-react/icons/lock'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { type Shift, type ShiftReport, useShiftReport, useShifts } from '../../db/sales/shifts.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { FactList } from '../../ui/fact-list.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useCurrentShift } from '../shared/people/current-shift.ts'
import { methodName } from '../shared/sales/payment-method.ts'
import { useServices } from '../shared/services.ts'
import { CloseShiftDialog } from './close-shift-dialog.tsx'
import { MoveCashDialog } from './move-cash-dialog.tsx'
import { OpenShift } from './open-shift.tsx'
import { differenceWords } from './shift-report-rows.ts'
import { ShiftReportScreen } from './shift-report-screen.tsx'
import styles from './shift-screen.module.css'

/** The drawer of this device and its earlier shifts; with a `shiftId` (its opening's `offline_id`) that shift's report. */
export function ShiftScreen({ shiftId }: { shiftId: string | null }) {
  return shiftId === null ? <Drawer /> : <ShiftReportScreen key={shiftId} shiftId={shiftId} />
}

function Drawer() {
  const { t } = useTranslation()
  const open = useCurrentShift()
  if (open === undefined) return null
  return (
    <div className={styles.screen}>
      {open === null ? <OpenShift intro={t('shift.openIntro')} /> : <CurrentShift shiftId={open.shiftId} />}
      <EarlierShifts />
    </div>
  )
}

function CurrentShift({ shiftId }: { shiftId: string }) {
  const { salesDb } = useServices()
  const report = useShiftReport(salesDb, shiftId)
  return report ? <OpenDrawer report={report} /> : null
}

function OpenDrawer({ report }: { report: ShiftReport }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [, navigate] = useLocation()
  const now = useNow(60_000)
  const [asked, setAsked] = useState<'in' | 'out' | 'close' | null>(null)
  const { shift, sums, unsent, movements } = report
  const close = () => setAsked(null)
  return (
    <>
      <header className={styles.head}>
        <h1>{t('shift.title')}</h1>
        <p className={styles.muted}>
          {t('shift.openedBy', { when: format.moment(shift.openedAt, now), name: shift.staffName })}
        </p>
      </header>
      <div className={styles.buttons}>
        <Button icon={<ArrowDownToLine size={20} aria-hidden />} onClick={() => setAsked('in')}>
          {t('shift.moveIn')}
        </Button>
        <Button icon={<ArrowUpFromLine size={20} aria-hidden />} onClick={() => setAsked('out')}>
          {t('shift.moveOut')}
        </Button>
        <Button kind="primary" icon={<Lock size={20} aria-hidden />} onClick={() => setAsked('close')}>
          {t('shift.close')}
        </Button>
      </div>
      <section className={styles.section} data-testid="shift-sums">
        <h2>{t('shift.sumsTitle')}</h2>
        <FactList
          facts={[
            [t('shift.openingLine'), format.rupiah(sums.openingCash)],
            [t('shift.cashSales'), format.rupiah(sums.cashSales)],
            [t('shift.cashRefunds'), format.rupiah(-sums.cashRefunds)],
            [t('shift.cashIn'), format.rupiah(sums.cashIn)],
            [t('shift.cashOut'), format.rupiah(-sums.cashOut)],
            [t('shift.expected'), format.rupiah(sums.expectedCash)],
          ]}
        />
        {unsent.count === 0 ? null : (
          <p className={styles.muted}>
            {t('shift.unsent', { count: unsent.count, amount: format.rupiah(unsent.amount) })}
          </p>
        )}
      </section>
      {sums.methods.length === 0 ? null : (
        <section className={styles.section}>
          <h2>{t('shift.methodsTitle')}</h2>
          <FactList
            facts={sums.methods.flatMap(({ method, count, sales, refunds }) => {
              const name = methodName(method, t)
              return [
                [`${name} (${format.number(count)})`, format.rupiah(sales)] as const,
                ...(refunds === 0
                  ? []
                  : [[t('shift.methodRefunds', { method: name }), format.rupiah(-refunds)] as const]),
              ]
            })}
          />
        </section>
      )}
      <section className={styles.section}>
        <h2>{t('shift.movements')}</h2>
        {movements.length === 0 ? (
          <p className={styles.muted}>{t('shift.noMovements')}</p>
        ) : (
          <FactList
            facts={movements.map(({ at, reason, direction, amount }) => [
              `${format.time(at)} · ${reason}`,
              format.rupiah(direction === 'in' ? amount : -amount),
            ])}
          />
        )}
      </section>
      {asked === 'close' ? (
        <CloseShiftDialog report={report} onClose={close} onClosed={() => navigate(`/shift/${shift.shiftId}`)} />
      ) : asked === null ? null : (
        <MoveCashDialog direction={asked} onClose={close} />
      )}
    </>
  )
}

function EarlierShifts() {
  const { t } = useTranslation()
  const { salesDb } = useServices()
  const shifts = useShifts(salesDb)
  if (shifts === undefined) return null
  const closed = shifts.filter(({ closing }) => closing !== null)
  return (
    <section className={styles.section}>
      <h2>{t('shift.earlier')}</h2>
      {closed.length === 0 ? (
        <p className={styles.muted}>{t('shift.noEarlier')}</p>
      ) : (
        <ul>
          {closed.map((shift) => (
            <EarlierShift key={shift.shiftId} shift={shift} />
          ))}
        </ul>
      )}
    </section>
  )
}

function EarlierShift({ shift }: { shift: Shift }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { closing } = shift
  if (closing === null) return null
  return (
    <li>
      <Link className={styles.earlier} href={`/shift/${shift.shiftId}`}>
        <span>
          {format.dateTime(shift.openedAt)} – {format.time(closing.closedAt)}
        </span>
        <span className={styles.muted}>{shift.staffName}</span>
        <span className={styles.earlierDifference}>
          {differenceWords(closing.counted_cash - closing.expected_cash, t, format)}
        </span>
        <ChevronRight size={20} aria-hidden />
      </Link>
    </li>
  )
}

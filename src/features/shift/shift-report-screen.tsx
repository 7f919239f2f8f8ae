import Printer from 'lucide-react/icons/printer'
import { useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { type ShiftReport, useShiftReport } from '../../db/sales/shifts.ts'
import { useMeta } from '../../db/use-meta.ts'
import { useShopSettings } from '../../db/use-shop-settings.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { PaperChoice } from '../shared/printing/paper-choice.tsx'
import { printReceipt } from '../shared/printing/print-receipt.ts'
import { usePrinter } from '../shared/printing/printer-provider.tsx'
import { Paper } from '../shared/receipt/receipt-view.tsx'
import { useServices } from '../shared/services.ts'
import { shiftReportRows } from './shift-report-rows.ts'
import styles from './shift-screen.module.css'

/** The report of one shift of this device, as it goes on the roll. */
export function ShiftReportScreen({ shiftId }: { shiftId: string }) {
  const { t } = useTranslation()
  const { salesDb } = useServices()
  const report = useShiftReport(salesDb, shiftId)
  if (report === undefined) return null
  if (report === null) {
    return (
      <EmptyState icon={null} title={t('shift.missingTitle')} isWholePage>
        <p>{t('shift.missingText')}</p>
        <Link href="/shift">{t('shift.toShift')}</Link>
      </EmptyState>
    )
  }
  return <Report report={report} />
}

function Report({ report }: { report: ShiftReport }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { db } = useServices()
  const { choice } = usePrinter()
  const device = useMeta(db, 'device')
  const settings = useShopSettings(db)
  const roll = useRef<HTMLDivElement>(null)
  const place = {
    shopName: settings.shop_name || (device?.branch.name ?? ''),
    deviceName: device?.device_name ?? '',
  }
  const print = () => {
    const paper = roll.current?.querySelector<HTMLElement>('[data-print]')
    if (paper) printReceipt(paper, choice.paper)
  }
  return (
    <div className={styles.screen}>
      <h1>{t('shift.report')}</h1>
      <div className={styles.reportActions}>
        <PaperChoice label={t('shift.paper')} />
        <Button kind="primary" icon={<Printer size={20} aria-hidden />} onClick={print}>
          {t('shift.print')}
        </Button>
        <Link className={styles.link} href="/shift">
          {t('shift.toShift')}
        </Link>
      </div>
      <div ref={roll} className={styles.roll}>
        <Paper
          rows={shiftReportRows(report, place, t, format)}
          width={choice.paper}
          label={t('shift.report')}
          testId="shift-report"
        />
      </div>
    </div>
  )
}

import Printer from 'lucide-react/icons/printer'
import { useMemo, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useMeta } from '../../db/use-meta.ts'
import { useShopSettings } from '../../db/use-shop-settings.ts'
import { useStaff } from '../../db/use-staff.ts'
import type { ReceiptFacts, ReceiptMark } from '../../domain/receipt.ts'
import { lineTotal } from '../../domain/sale-totals.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { printReceipt } from '../shared/printing/print-receipt.ts'
import { usePrinter } from '../shared/printing/printer-provider.tsx'
import { receiptShop } from '../shared/receipt/receipt-facts.ts'
import { Receipt } from '../shared/receipt/receipt-view.tsx'
import { useServices } from '../shared/services.ts'
import styles from './branch-receipt.module.css'
import { type PastSale, undoneOf } from './past-sale.ts'
import { useLineNames } from './sale-facts.tsx'

/** The receipt of another counter's sale, drawn from what the server tells: always a copy. */
export function BranchReceipt({ sale, onClose }: { sale: PastSale; onClose(): void }) {
  const { t } = useTranslation()
  const { db } = useServices()
  const { choice } = usePrinter()
  const settings = useShopSettings(db)
  const device = useMeta(db, 'device')
  const staff = useStaff(db)
  const nameOf = useLineNames(sale)
  const paper = useRef<HTMLDivElement>(null)
  const cashier = staff?.find(({ id }) => id === sale.staffId)?.name ?? sale.madeBy
  const shop = useMemo(() => receiptShop(settings, device?.branch.name ?? ''), [settings, device])
  const facts: ReceiptFacts = {
    kind: 'sale',
    shop,
    offlineReference: sale.reference,
    transactionCode: sale.code,
    about: '',
    at: sale.at,
    staffName: cashier,
    deviceName: sale.deviceId,
    lines: sale.lines.map((line) => ({
      name: nameOf(line),
      unit: line.unit,
      quantity: line.quantity,
      price: line.price,
      discount: line.discount,
      total: lineTotal(line),
      note: line.note,
    })),
    subtotal: sale.subtotal,
    discountTotal: sale.discountTotal,
    tax: sale.tax,
    rounding: sale.rounding,
    total: sale.total,
    payments: sale.payments,
    note: sale.note,
    reason: '',
    marks: ['copy', ...undoneMarks(sale)],
  }
  return (
    <Dialog
      title={t('history.reprint')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('app.close')}</Button>
          <Button
            kind="primary"
            icon={<Printer size={20} aria-hidden />}
            onClick={() => {
              const article = paper.current?.querySelector('article')
              if (article) printReceipt(article, choice.paper)
            }}
          >
            {t('history.print')}
          </Button>
        </>
      }
    >
      <div ref={paper} className={styles.desk}>
        <Receipt facts={facts} width={choice.paper} />
      </div>
    </Dialog>
  )
}

const MARKS = { open: [], void: ['voided'], refunded: ['refunded'], 'partly-refunded': ['partly-refunded'] } as const

function undoneMarks(sale: PastSale): readonly ReceiptMark[] {
  return MARKS[undoneOf(sale)]
}

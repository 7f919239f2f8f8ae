import Ban from 'lucide-react/icons/ban'
import Printer from 'lucide-react/icons/printer'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import Undo2 from 'lucide-react/icons/undo-2'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useSaleHere } from '../../db/sales/history.ts'
import { refundableProducts } from '../../domain/refund.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { useApproval } from '../shared/people/approval.tsx'
import { useActor } from '../shared/people/staff-session.ts'
import { outcomeWords } from '../shared/sales/operation-words.ts'
import { ReasonDialog } from '../shared/sales/reason-dialog.tsx'
import { useServices } from '../shared/services.ts'
import { BranchReceipt } from './branch-receipt.tsx'
import { earlierRefunds, type PastSale, paidSale } from './past-sale.ts'
import styles from './sale-actions.module.css'

interface SaleActionsProps {
  sale: PastSale
  saleId: string
  /** False: voids and refunds by other counters are unknown. */
  isComplete: boolean
  onRefund(): void
}

/** Reprint, refund and void. An action that is not possible is hidden, with the reason in its place. */
export function SaleActions({ sale, saleId, isComplete, onRefund }: SaleActionsProps) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const actor = useActor()
  const [asks, setAsks] = useState<'void' | 'receipt' | null>(null)
  const [note, setNote] = useState('')
  const refunds = earlierRefunds(sale)
  const isLeft = refundableProducts(paidSale(sale), refunds).some(({ left }) => left > 0)
  const isOpen = !sale.isVoid && sale.standing !== 'cancelled' && sale.standing !== 'refused'
  return (
    <div className={styles.actions}>
      <Button
        icon={<Printer size={20} aria-hidden />}
        onClick={() => (sale.isHere ? navigate(`/receipt/${saleId}`) : setAsks('receipt'))}
      >
        {t('history.reprint')}
      </Button>
      {isOpen && isLeft ? (
        <Button icon={<Undo2 size={20} aria-hidden />} disabled={!actor} onClick={onRefund}>
          {t('history.refund')}
        </Button>
      ) : null}
      {isOpen && refunds.length === 0 ? (
        <Button icon={<Ban size={20} aria-hidden />} disabled={!actor} onClick={() => setAsks('void')}>
          {t('history.voidSale')}
        </Button>
      ) : null}
      {sale.standing === 'refused' && !sale.isVoid ? (
        <Link href="/unsent" className={styles.link}>
          <TriangleAlert size={20} aria-hidden />
          {t('history.decide')}
        </Link>
      ) : null}
      {isOpen && !isLeft ? <p className={styles.muted}>{t('history.nothingLeft')}</p> : null}
      {isOpen && isLeft && refunds.length > 0 ? <p className={styles.muted}>{t('history.voidAfterRefund')}</p> : null}
      {isComplete || !isOpen || sale.standing === 'waiting' ? null : (
        <p className={styles.muted}>{t('history.incomplete')}</p>
      )}
      <p role="status" className={styles.note} data-testid="sale-note">
        {note}
      </p>
      {asks === 'void' ? (
        <VoidDialog sale={sale} saleId={saleId} onClose={() => setAsks(null)} onNote={setNote} />
      ) : null}
      {asks === 'receipt' ? <BranchReceipt sale={sale} onClose={() => setAsks(null)} /> : null}
    </div>
  )
}

function VoidDialog({
  sale,
  saleId,
  onClose,
  onNote,
}: {
  sale: PastSale
  saleId: string
  onClose(): void
  onNote(words: string): void
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const { sales, salesDb } = useServices()
  const actor = useActor()
  const approve = useApproval()
  const here = useSaleHere(salesDb, saleId)
  const total = format.rupiah(sale.total)
  const isNeverSent = here?.sale?.ever_sent === false

  async function voidIt(reason: string): Promise<string | null> {
    if (!actor) return null
    const given = await approve({
      what: 'void',
      details: `${sale.reference || sale.code} · ${total} · ${reason}`,
      facts: { what: 'void', record: crypto.randomUUID(), sale: saleId, amount: sale.total, base: null },
    })
    if (given === null) return null
    const items = sale.lines.map(({ productId, quantity }) => ({ product_id: productId, quantity }))
    const outcome = await sales.voidSale({ offlineId: saleId, items }, reason, {
      ...actor,
      approvedBy: given.staffId,
      proof: given.proof,
    })
    if (outcome.ok) return t('history.voidDone', { total })
    return outcome.reason === 'already-done' ? t('history.voidAlready') : outcomeWords(outcome.reason, t)
  }

  return (
    <ReasonDialog
      title={t('history.voidTitle')}
      confirmLabel={t('history.voidConfirm')}
      onClose={onClose}
      onReason={(reason) => {
        onClose()
        void voidIt(reason).then((words) => words !== null && onNote(words))
      }}
    >
      <p>{t(isNeverSent ? 'history.voidUnsentText' : 'history.voidText', { total })}</p>
    </ReasonDialog>
  )
}

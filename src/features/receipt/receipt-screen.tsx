import Ban from 'lucide-react/icons/ban'
import CircleCheck from 'lucide-react/icons/circle-check'
import CircleHelp from 'lucide-react/icons/circle-question-mark'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import UserRoundPlus from 'lucide-react/icons/user-round-plus'
import { type RefObject, useEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { OperationState } from '../../db/sales/sales-rows.ts'
import { changeOf, type ReceiptFacts } from '../../domain/receipt.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { keepJson, readKeptJson } from '../../ui/kept.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { usePrinter } from '../shared/printing/printer-provider.tsx'
import { Receipt } from '../shared/receipt/receipt-view.tsx'
import { ReceiptActions } from './receipt-actions.tsx'
import styles from './receipt-screen.module.css'
import { useReceipt } from './use-receipt.ts'

/** The receipt of a sale, void or refund of this device, and the way to the next customer. */
export function ReceiptScreen({ offlineId }: { offlineId: string }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { choice } = usePrinter()
  const [isCopy, setCopy] = useState(() => readPrinted().includes(offlineId))
  const found = useReceipt(offlineId, isCopy)
  const paper = useRef<HTMLDivElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const isLoaded = found !== undefined

  // Focus the heading for keyboard users; not a button, so that a second Enter does not skip the change due.
  useEffect(() => {
    if (isLoaded) heading.current?.focus({ preventScroll: true })
  }, [isLoaded])

  if (found === null) return <Missing offlineId={offlineId} />
  return (
    <div className={styles.screen}>
      <section className={styles.summary}>
        {found ? (
          <Summary facts={found.facts} state={found.record.operation.state} heading={heading} />
        ) : (
          <Skeleton width="16rem" />
        )}
        <Button
          kind="primary"
          wide
          className={styles.next}
          icon={<UserRoundPlus size={24} aria-hidden />}
          onClick={() => navigate('/sell')}
        >
          {t('receipt.next')}
        </Button>
        {found ? (
          <ReceiptActions
            facts={found.facts}
            paper={paper}
            onPrinted={() => {
              storePrinted(offlineId)
              setCopy(true)
            }}
          />
        ) : null}
      </section>
      <div className={styles.desk} ref={paper}>
        {found ? <Receipt facts={found.facts} width={choice.paper} /> : null}
      </div>
    </div>
  )
}

const TITLES = { sale: 'receipt.paidTitle', void: 'receipt.voidedTitle', refund: 'receipt.refundedTitle' } as const

function Summary({
  facts,
  state,
  heading,
}: {
  facts: ReceiptFacts
  state: OperationState
  heading: RefObject<HTMLHeadingElement | null>
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const change = changeOf(facts.payments)
  const isUndone = facts.marks.includes('voided')
  const hasChange = facts.kind === 'sale' && !isUndone && facts.payments.some(({ tendered }) => tendered !== null)
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={styles.title}>
        {isUndone ? <Ban size={28} aria-hidden /> : <CircleCheck size={28} aria-hidden />}
        {t(isUndone ? 'receipt.voidedTitle' : TITLES[facts.kind])}
        <span className={styles.total}>{format.rupiah(facts.total)}</span>
      </h1>
      {hasChange ? (
        <p className={styles.change} data-testid="change">
          <span className={styles.changeWord}>{t(change === 0 ? 'receipt.noChange' : 'receipt.changeNow')}</span>
          {change === 0 ? null : <strong className={styles.changeNumber}>{format.rupiah(change)}</strong>}
        </p>
      ) : null}
      <SendState state={state} />
    </>
  )
}

/** Whether the server has the operation, live; the receipt shows the same. */
function SendState({ state }: { state: OperationState }) {
  const { t } = useTranslation()
  if (state === 'accepted' || state === 'settled')
    return (
      <p className={styles.state} role="status" data-state="confirmed">
        <CircleCheck size={20} aria-hidden /> {t('receipt.confirmed')}
      </p>
    )
  if (state === 'cancelled')
    return (
      <p className={styles.state} role="status" data-state="cancelled">
        <Ban size={20} aria-hidden /> {t('receipt.cancelled')}
      </p>
    )
  const isRefused = state === 'needs-decision'
  return (
    <p
      className={isRefused ? styles.refused : styles.waiting}
      role="status"
      data-state={isRefused ? 'refused' : 'waiting'}
    >
      {isRefused ? <TriangleAlert size={20} aria-hidden /> : <CloudUpload size={20} aria-hidden />}
      <span>
        {t(isRefused ? 'receipt.refused' : 'receipt.stored')}{' '}
        {isRefused ? <Link href="/unsent">{t('receipt.toUnsent')}</Link> : null}
      </span>
    </p>
  )
}

function Missing({ offlineId }: { offlineId: string }) {
  const { t } = useTranslation()
  return (
    <EmptyState icon={<CircleHelp size={40} aria-hidden />} title={t('receipt.missingTitle')} isWholePage>
      <p>{t('receipt.missingText')}</p>
      <p>
        <Link href={`/transactions/${offlineId}`}>{t('receipt.toHistory')}</Link>
      </p>
      <Link href="/sell">{t('receipt.toSell')}</Link>
    </EmptyState>
  )
}

/** Receipts that this device has printed, so that the next print is marked as a copy. Holds some weeks of receipts. */
const STORAGE_KEY = 'mstore-printed'
const KEPT = 3000

function readPrinted(): readonly string[] {
  const stored = readKeptJson(STORAGE_KEY)
  return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []
}

function storePrinted(offlineId: string): void {
  const others = readPrinted().filter((id) => id !== offlineId)
  keepJson(STORAGE_KEY, [...others, offlineId].slice(-KEPT))
}

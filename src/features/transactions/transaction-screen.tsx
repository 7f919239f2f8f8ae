import ArrowLeft from 'lucide-react/icons/arrow-left'
import CircleHelp from 'lucide-react/icons/circle-question-mark'
import { useMemo, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Transaction } from '../../contract/transactions.ts'
import { useSaleHere } from '../../db/sales/history.ts'
import { useKeptSale } from '../../db/use-branch-sales.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useBranchSale } from '../shared/sales/branch-sales.ts'
import { useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'
import { type PastSale, saleFromBranch, saleFromHere, withBranch } from './past-sale.ts'
import { RefundForm } from './refund-form.tsx'
import { SaleActions } from './sale-actions.tsx'
import { StandingBadge, UndoneBadge } from './sale-badges.tsx'
import { SaleFacts, SaleGoods, SalePayments, SaleUndoings } from './sale-facts.tsx'
import styles from './transaction-screen.module.css'

/** One past sale with everything that became of it, and what can still be done about it. */
export function TransactionScreen({ saleId }: { saleId: string }) {
  const { t } = useTranslation()
  const { sale, isComplete } = usePastSale(saleId)
  const [isRefunding, setRefunding] = useState(false)
  if (sale === null) {
    return (
      <EmptyState icon={<CircleHelp size={40} aria-hidden />} title={t('history.missingTitle')} isWholePage>
        <p>{t('history.missingText')}</p>
        <Link href="/transactions">{t('history.back')}</Link>
      </EmptyState>
    )
  }
  return (
    <div className={styles.screen}>
      <Link href="/transactions" className={styles.back}>
        <ArrowLeft size={20} aria-hidden />
        {t('history.back')}
      </Link>
      {sale === undefined ? (
        <h1>
          <Skeleton width="14rem" label={t('app.loading')} />
        </h1>
      ) : (
        <>
          <div className={styles.head}>
            <h1 className={styles.title}>{sale.reference === '' ? sale.code : sale.reference}</h1>
            <p className={styles.badges} data-testid="sale-state" data-standing={sale.standing}>
              <StandingBadge standing={sale.standing} />
              <UndoneBadge sale={sale} />
            </p>
          </div>
          {isRefunding ? (
            <RefundForm sale={sale} saleId={saleId} isComplete={isComplete} onClose={() => setRefunding(false)} />
          ) : (
            <>
              <SaleActions sale={sale} saleId={saleId} isComplete={isComplete} onRefund={() => setRefunding(true)} />
              <div className={styles.columns}>
                <SaleGoods sale={sale} />
                <div className={styles.column}>
                  <SaleFacts sale={sale} />
                  <SalePayments sale={sale} />
                  <SaleUndoings sale={sale} />
                </div>
              </div>
            </>
          )}
        </>
      )}
    </div>
  )
}

/**
 * One past sale, live. Undefined while loading; null when neither this device nor the server has it. `isComplete` is false
 * while nobody can say: another counter may have undone it since.
 */
function usePastSale(saleId: string): {
  readonly sale: PastSale | null | undefined
  readonly isComplete: boolean
} {
  const { db, salesDb, status } = useServices()
  const state = useObservable(status, (current) => current.state)
  const here = useSaleHere(salesDb, saleId)
  const kept = useKeptSale(db, saleId)
  // While the log is followed what is kept is as the server has it, to a moment.
  const isFollowed = kept != null && state === 'live'
  const branch = useBranchSale(saleId, kept !== undefined && !isFollowed)
  const told = isFollowed ? kept : newerOf(branch.data ?? null, kept ?? null)
  const isPending = kept === undefined || (branch.isPending && kept === null)
  const sale = useMemo(() => {
    if (here === undefined) return undefined
    const own = here.sale && saleFromHere(here.sale, here.about)
    if (own) return withBranch(own, told)
    if (told) return saleFromBranch(told, here.about)
    return isPending ? undefined : null
  }, [here, told, isPending])
  return { sale, isComplete: isFollowed || branch.isSuccess || (branch.isPending && state !== 'offline') }
}

function newerOf(asked: Transaction | null, kept: Transaction | null): Transaction | null {
  return asked && kept && asked.version < kept.version ? kept : (asked ?? kept)
}

import ArrowLeft from 'lucide-react/icons/arrow-left'
import CircleHelp from 'lucide-react/icons/circle-question-mark'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { RefundForm } from './refund-form.tsx'
import { SaleActions } from './sale-actions.tsx'
import { StandingBadge, UndoneBadge } from './sale-badges.tsx'
import { SaleFacts, SaleGoods, SalePayments, SaleUndoings } from './sale-facts.tsx'
import styles from './transaction-screen.module.css'
import { usePastSale } from './use-past-sale.ts'

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

import GitCompareArrows from 'lucide-react/icons/git-compare-arrows'
import Info from 'lucide-react/icons/info'
import RotateCw from 'lucide-react/icons/rotate-cw'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import Undo2 from 'lucide-react/icons/undo-2'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { OperationRow } from '../../db/sales/sales-rows.ts'
import { useOperation } from '../../db/sales/unsent.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { useNow } from '../../ui/use-now.ts'
import { errorWords, kindWords, referenceOf, totalOf } from '../shared/sales/operation-words.ts'
import { ReasonDialog } from '../shared/sales/reason-dialog.tsx'
import { useServices } from '../shared/services.ts'
import { CompareDialog } from './compare-dialog.tsx'
import styles from './decision-card.module.css'
import { useDecisions } from './use-decisions.ts'

interface DecisionCardProps {
  offlineId: string
  onOpen(offlineId: string): void
  onNote(words: string): void
}

/** One refused operation: the reason in words and what can be done about it. */
export function DecisionCard({ offlineId, onOpen, onNote }: DecisionCardProps) {
  const { salesDb } = useServices()
  const row = useOperation(salesDb, offlineId)
  if (!row) return <div className={styles.card} />
  return <Card row={row} onOpen={onOpen} onNote={onNote} />
}

function Card({ row, onOpen, onNote }: { row: OperationRow } & Omit<DecisionCardProps, 'offlineId'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(60_000)
  const decisions = useDecisions(row)
  const [asks, setAsks] = useState<'void' | 'compare' | null>(null)
  const total = totalOf(row)
  const isMismatch = row.error?.kind === 'data_mismatch'
  const tell = (answer: Promise<string | null>) => {
    setAsks(null)
    void answer.then((words) => words !== null && onNote(words))
  }
  return (
    <article
      className={styles.card}
      data-testid={`decision-${row.offline_id}`}
      aria-label={`${kindWords(row, t)} ${referenceOf(row)}`.trim()}
    >
      <div className={styles.facts}>
        <TriangleAlert size={24} aria-hidden className={styles.icon} />
        <span className={styles.what}>
          <h3>{kindWords(row, t)}</h3>
          <span className={styles.muted}>
            {format.moment(row.created_at, now)} · {referenceOf(row)}
          </span>
        </span>
        <span className={styles.total}>{total === null ? null : format.rupiah(total)}</span>
      </div>
      {row.error ? <p>{errorWords(row.error, t)}</p> : null}
      <div className={styles.actions}>
        {decisions.canDecide ? (
          <>
            {isMismatch ? (
              <Button
                kind="primary"
                icon={<GitCompareArrows size={20} aria-hidden />}
                onClick={() => setAsks('compare')}
              >
                {t('unsent.compare')}
              </Button>
            ) : null}
            <Button
              kind={isMismatch ? 'plain' : 'primary'}
              icon={<RotateCw size={20} aria-hidden />}
              onClick={() => tell(decisions.sendAgain())}
            >
              {t('unsent.sendAgain')}
            </Button>
            <Button icon={<Undo2 size={20} aria-hidden />} onClick={() => setAsks('void')}>
              {t('unsent.void')}
            </Button>
          </>
        ) : (
          <p className={styles.signIn}>
            {t('unsent.signIn')} <Link href="/transactions">{t('unsent.signInLink')}</Link>
          </p>
        )}
        <Button kind="quiet" icon={<Info size={20} aria-hidden />} onClick={() => onOpen(row.offline_id)}>
          {t('unsent.details')}
        </Button>
      </div>
      {asks === 'void' ? (
        <ReasonDialog
          title={t('unsent.voidTitle')}
          confirmLabel={t('unsent.void')}
          onClose={() => setAsks(null)}
          onReason={(reason) => tell(decisions.voidIt(reason))}
        >
          <p>{t(row.kind === 'sale' ? 'unsent.voidText' : 'unsent.voidOtherText')}</p>
        </ReasonDialog>
      ) : null}
      {asks === 'compare' ? (
        <CompareDialog
          row={row}
          onClose={() => setAsks(null)}
          onKeep={(resolution) => tell(decisions.resolve(resolution))}
        />
      ) : null}
    </article>
  )
}

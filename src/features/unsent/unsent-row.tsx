import ChevronRight from 'lucide-react/icons/chevron-right'
import Clock from 'lucide-react/icons/clock'
import CloudOff from 'lucide-react/icons/cloud-off'
import OctagonPause from 'lucide-react/icons/octagon-pause'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import Send from 'lucide-react/icons/send'
import Store from 'lucide-react/icons/store'
import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { OperationRow } from '../../db/sales/sales-rows.ts'
import { useOperation } from '../../db/sales/unsent.ts'
import { useMeta } from '../../db/use-meta.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { kindWords, referenceOf, shortErrorWords, totalOf } from '../shared/sales/operation-words.ts'
import { useServices } from '../shared/services.ts'
import { sendsIn } from './sends-in.ts'
import styles from './unsent-row.module.css'

interface UnsentRowProps {
  offlineId: string
  isPaused: boolean
  onOpen(offlineId: string): void
}

/** One operation that waits for the server, in a line. Reads its own row alone (rule V1). */
export function UnsentRow({ offlineId, isPaused, onOpen }: UnsentRowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { salesDb } = useServices()
  const row = useOperation(salesDb, offlineId)
  const now = useNow(60_000)
  // What has just gone up leaves the list with the next query of the ids; until then its place stays.
  if (!row) return <div className={styles.row}>{row === undefined ? <Skeleton width="12rem" /> : null}</div>
  const total = totalOf(row)
  const reference = referenceOf(row)
  return (
    <button type="button" className={styles.row} data-testid={`unsent-${offlineId}`} onClick={() => onOpen(offlineId)}>
      <span className={styles.time}>{format.moment(row.created_at, now)}</span>
      <span className={styles.what}>
        <span className={styles.kind}>{kindWords(row, t)}</span>
        <span className={styles.reference}>{reference}</span>
      </span>
      <span className={styles.total}>{total === null ? '' : format.rupiah(total)}</span>
      <span className={styles.state}>
        <State row={row} isPaused={isPaused} />
        <span className={styles.detail}>
          {row.error ? `${shortErrorWords(row.error, t)} · ` : ''}
          {row.attempts === 0 ? t('unsent.never') : t('unsent.attempts', { count: row.attempts })}
          {row.state === 'queued' && row.attempts > 0 && !isPaused ? <NextAttempt at={row.next_attempt_at} /> : null}
        </span>
      </span>
      <ChevronRight size={20} aria-hidden className={styles.chevron} />
      <span className="visually-hidden">{t('unsent.details')}</span>
    </button>
  )
}

function State({ row, isPaused }: { row: OperationRow; isPaused: boolean }) {
  const { t } = useTranslation()
  const { db } = useServices()
  const device = useMeta(db, 'device')
  const badge = (tone: Tone, icon: ReactNode, words: string) => (
    <Badge tone={tone} icon={icon}>
      {words}
    </Badge>
  )
  if (device && device.branch.code !== row.branch_code) {
    return badge('bad', <Store size={20} aria-hidden />, t('operation.stateOtherBranch'))
  }
  if (isPaused) return badge('bad', <OctagonPause size={20} aria-hidden />, t('operation.statePaused'))
  if (row.state === 'sending') return badge('info', <Send size={20} aria-hidden />, t('operation.stateSending'))
  if (row.error?.kind === 'offline') return badge('warn', <CloudOff size={20} aria-hidden />, t('operation.stateRetry'))
  if (row.attempts > 0) return badge('warn', <RefreshCw size={20} aria-hidden />, t('operation.stateRetry'))
  return badge('warn', <Clock size={20} aria-hidden />, t('operation.stateQueued'))
}

/** A time while it is to come, then that it is due. */
function NextAttempt({ at }: { at: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(2_000)
  const left = sendsIn(at)
  return <> · {left > 0 ? t('unsent.nextAt', { when: format.timeWithSeconds(now + left) }) : t('unsent.nextSoon')}</>
}

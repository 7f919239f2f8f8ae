import CloudOff from 'lucide-react/icons/cloud-off'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import Zap from 'lucide-react/icons/zap'
import { useEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useMeta } from '../../db/use-meta.ts'
import { useFormat } from '../../i18n/use-format.ts'
import type { SyncState } from '../../sync/sync-status.ts'
import { useNow } from '../../ui/use-now.ts'
import { useClockSkew } from '../shared/device/use-clock-skew.ts'
import { freshnessWords } from '../shared/goods/freshness-words.ts'
import { useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'
import styles from './sync-strip.module.css'

const ICONS: Record<SyncState, typeof Zap> = { live: Zap, 'catching-up': RefreshCw, offline: CloudOff }
const WORDS = { live: 'sync.live', 'catching-up': 'sync.catchingUp', offline: 'sync.offline' } as const

/** Latencies below this show only as small, ms. */
const SHOWN_FROM_MS = 100

/** Live, catching up or offline: icon, word, and how old the stock is. Always on the screen (rule D3). */
export function SyncStrip() {
  const { t } = useTranslation()
  const { db, status } = useServices()
  const state = useObservable(status, (value) => value.state)
  const Icon = ICONS[state]
  return (
    <>
      <div className={styles.strip} data-testid="sync-state" data-state={state}>
        <Icon size={20} aria-hidden />
        <span className={styles.words}>
          <span className={styles.word}>{t(WORDS[state])}</span>
          {state === 'live' ? <Latency /> : <Age />}
          {state === 'catching-up' && <Behind />}
        </span>
      </div>
      <LastRefresh key={db.name} />
      <SyncAnnouncer />
    </>
  )
}

function Latency() {
  const { t } = useTranslation()
  const format = useFormat()
  const { status } = useServices()
  // Rounded here, so that a hundred updates a second paint only when the words differ.
  const shown = useObservable(status, ({ latencyMs }) => {
    if (latencyMs === null) return null
    return Math.max(SHOWN_FROM_MS - 1, Math.round(latencyMs / 100) * 100)
  })
  if (shown === null) return null
  return (
    <span className={styles.age}>
      {shown < SHOWN_FROM_MS
        ? t('sync.latencyBelow', { seconds: format.seconds(SHOWN_FROM_MS) })
        : t('sync.latency', { seconds: format.seconds(shown) })}
    </span>
  )
}

/** A long catch-up says how far it is. */
function Behind() {
  const { t } = useTranslation()
  const format = useFormat()
  const { status } = useServices()
  const behind = useObservable(status, (value) => value.behind)
  if (behind === null) return null
  return (
    <span className={styles.age} data-testid="sync-behind">
      {t('sync.behind', { changes: format.quantity(behind) })}
    </span>
  )
}

function Age() {
  const { t } = useTranslation()
  const format = useFormat()
  const { status } = useServices()
  const now = useNow(15_000)
  const words = freshnessWords(
    useObservable(status, (value) => value),
    now,
    t,
    format,
  )
  if (!words) return <span className={styles.age}>{t('sync.neverLoaded')}</span>
  return (
    <>
      <span className={styles.age} data-testid="as-of">
        {words.asOf}
      </span>
      {words.ago === null ? null : (
        <span className={styles.ago} data-testid="stock-age">
          {words.ago}
        </span>
      )}
    </>
  )
}

function LastRefresh() {
  const { t } = useTranslation()
  const format = useFormat()
  const { db } = useServices()
  const finishedAt = useMeta(db, 'refresh')?.finishedAt ?? null
  // In the server's time, as the age beside it.
  const skew = useClockSkew()
  const now = useNow(60_000)
  if (finishedAt === null) return null
  return (
    <p className={styles.refresh}>{t('sync.lastRefresh', { when: format.moment(finishedAt + skew, now + skew) })}</p>
  )
}

/** How long a state must last before it is announced, ms. */
const SETTLED_MS = 3_000
const ANNOUNCEMENTS = {
  live: 'sync.announceLive',
  'catching-up': 'sync.announceCatchingUp',
  offline: 'sync.announceOffline',
} as const

/** A live region that announces a lasting change of state; not latencies, and not the initial state. */
function SyncAnnouncer() {
  const { t } = useTranslation()
  const { status } = useServices()
  const state = useObservable(status, (value) => value.state)
  const known = useRef<SyncState>(state)
  const [announced, setAnnounced] = useState<SyncState | null>(null)

  // Announce only after the delay: a connection that comes and goes would interrupt the reader again and again.
  useEffect(() => {
    if (state === known.current) return
    const timer = setTimeout(() => {
      known.current = state
      setAnnounced(state)
    }, SETTLED_MS)
    return () => clearTimeout(timer)
  }, [state])

  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {announced ? t(ANNOUNCEMENTS[announced]) : null}
    </p>
  )
}

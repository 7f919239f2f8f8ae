import { useEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { SyncState } from '../../sync/sync-status.ts'
import { useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'

/** A state that passes sooner is not worth a word. ms. */
const SETTLED_MS = 3_000
const WORDS = {
  live: 'sync.announceLive',
  'catching-up': 'sync.announceCatchingUp',
  offline: 'sync.announceOffline',
} as const

/** Tells screen readers of a lasting change of state, never of latencies. Silent about the state it starts in. */
export function SyncAnnouncer() {
  const { t } = useTranslation()
  const { status } = useServices()
  const state = useObservable(status, (value) => value.state)
  const known = useRef<SyncState>(state)
  const [announced, setAnnounced] = useState<SyncState | null>(null)

  // Waiting is what keeps it from chattering.
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
      {announced ? t(WORDS[announced]) : null}
    </p>
  )
}

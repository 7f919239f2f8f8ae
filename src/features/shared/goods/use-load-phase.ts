import { useMeta } from '../../../db/use-meta.ts'
import { useServices } from '../services.ts'
import { useCatalogue } from './catalogue-store.ts'

/** `reading`: the database answers in a moment, nothing is shown for it. */
export function useLoadPhase(): 'reading' | 'first-load' | 'ready' | 'failed' {
  const { db } = useServices()
  const { state, index } = useCatalogue()
  const freshness = useMeta(db, 'freshness')
  const refresh = useMeta(db, 'refresh')
  if (state === 'failed') return 'failed'
  if (freshness === undefined || refresh === undefined) return 'reading'
  // A list that fills under a reader's eyes would jump, so it waits until the first load is complete.
  const isComplete = freshness !== null || refresh?.phase === 'complete'
  if (!isComplete) return 'first-load'
  return state === 'loading' && index.size === 0 ? 'reading' : 'ready'
}

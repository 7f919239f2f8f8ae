import { useMeta } from '../../../db/use-meta.ts'
import { useServices } from '../services.ts'
import { useCatalogue } from './catalogue-store.ts'

/** `reading`: the local database is being read, which is fast, so show nothing. */
export function useLoadPhase(): 'reading' | 'first-load' | 'ready' | 'failed' {
  const { db } = useServices()
  const { state, index } = useCatalogue()
  const freshness = useMeta(db, 'freshness')
  const refresh = useMeta(db, 'refresh')
  if (state === 'failed') return 'failed'
  if (freshness === undefined || refresh === undefined) return 'reading'
  // Wait until the first load is complete: rows that arrive one by one would move the list.
  const isComplete = freshness !== null || refresh?.phase === 'complete'
  if (!isComplete) return 'first-load'
  return state === 'loading' && index.size === 0 ? 'reading' : 'ready'
}

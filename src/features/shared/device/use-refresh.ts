import { queryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query'
import type { RefreshOutcome } from '../../../sync/refresh/refresh-deps.ts'
import { type Services, useServices } from '../services.ts'

const EVERY_MS = 5 * 60_000
/** Pause when the log was about to deliver the missing changes, or another context was refreshing, ms. */
const SOON_MS = 15_000
/** Pause after a failure, ms: the refresh stays due. */
const AFTER_FAILURE_MS = 60_000

/** Pause before the next attempt after this outcome, ms. */
function pauseAfter(hasFailed: boolean, outcome: RefreshOutcome | undefined): number {
  if (hasFailed) return AFTER_FAILURE_MS
  return outcome === 'behind' || outcome === 'busy' ? SOON_MS : EVERY_MS
}

function refreshQuery({ refresh }: Services) {
  return queryOptions({
    queryKey: ['refresh'],
    queryFn: async () => {
      const outcome = await refresh()
      if (outcome === 'failed' || outcome === 'storage-failed') throw new Error('The refresh failed')
      return outcome
    },
  })
}

/**
 * Drives the refresh from this tab (rule R1): requests one at start and then on a timer. The engine decides whether one is due, by
 * the age of the last one on this device, whichever tab or worker made it (rule R2).
 */
export function useRefresh(): UseQueryResult<RefreshOutcome> {
  return useQuery({
    ...refreshQuery(useServices()),
    refetchInterval: ({ state }) => pauseAfter(state.status === 'error', state.data),
    refetchIntervalInBackground: true,
    refetchOnWindowFocus: 'always',
    refetchOnReconnect: 'always',
  })
}

/** The driver's progress, for display. */
export interface RefreshProgress {
  readonly isRunning: boolean
  readonly hasFailed: boolean
  /** Client time of this tab's next request, ms; null before the first answer. */
  readonly nextAt: number | null
}

export function useRefreshProgress(): RefreshProgress {
  const query = useQuery({ ...refreshQuery(useServices()), enabled: false })
  const { isFetching, isError, data, errorUpdatedAt, dataUpdatedAt } = query
  const answeredAt = isError ? errorUpdatedAt : dataUpdatedAt
  const nextAt = answeredAt === 0 ? null : answeredAt + pauseAfter(isError, data)
  return { isRunning: isFetching, hasFailed: isError, nextAt }
}

/** What the history is asked for. It lasts for as long as the app is open in this tab: the way back from a sale keeps it. */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'preact/compat'

export interface HistoryFilter {
  readonly scope: 'here' | 'all'
  /** The shop's day, `2026-11-22`; '': all. */
  readonly day: string
  readonly text: string
}

export const NO_FILTER: HistoryFilter = { scope: 'here', day: '', text: '' }

const KEY = ['history-filter'] as const

export function useHistoryFilter(): [HistoryFilter, (change: Partial<HistoryFilter>) => void] {
  const client = useQueryClient()
  const [filter, setFilter] = useState(() => client.getQueryData<HistoryFilter>(KEY) ?? NO_FILTER)
  const change = useCallback(
    (part: Partial<HistoryFilter>) =>
      setFilter((current) => {
        const next = { ...current, ...part }
        client.setQueryData(KEY, next)
        return next
      }),
    [client],
  )
  return [filter, change]
}

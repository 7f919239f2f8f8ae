import { useCallback, useSyncExternalStore } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../i18n/use-format.ts'
import { watchClock } from '../../../ui/watch-clock.ts'
import { useServices } from '../services.ts'
import { freshnessWords, isWorthAnAge } from './freshness-words.ts'

/** Interval of the recomputation, ms: time alone makes a catch-up long enough to show, and midnight adds the date. */
const LOOK_EVERY_MS = 15_000

/** "per 14.03" while the stock is not live, null while it is (rule D3). Renders again only when the text changes. */
export function useStockAge(): string | null {
  const { t } = useTranslation()
  const format = useFormat()
  const { status } = useServices()
  const subscribe = useCallback(
    (onChange: () => void) => {
      const stops = [status.subscribe(onChange), watchClock(LOOK_EVERY_MS, onChange)]
      return () => {
        for (const stop of stops) stop()
      }
    },
    [status],
  )
  return useSyncExternalStore(subscribe, () => {
    const now = Date.now()
    const facts = status.get()
    return isWorthAnAge(facts, now) ? (freshnessWords(facts, now, t, format)?.asOf ?? null) : null
  })
}

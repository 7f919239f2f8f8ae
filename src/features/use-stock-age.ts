import { useTranslation } from 'react-i18next'
import { useFormat } from '../i18n/use-format.ts'
import { useServices } from './services.ts'
import { useObservable } from './use-observable.ts'

/** A catch-up that takes a blink is not worth an age beside every number. ms. */
const WORTH_AN_AGE_MS = 60_000

/** "per 14.03" while the stock is not live, null while it is (rule D3). */
export function useStockAge(): string | null {
  const { t } = useTranslation()
  const format = useFormat()
  const { status } = useServices()
  const asOf = useObservable(status, (value) => {
    const age = value.asOf === null ? 0 : Date.now() + value.clockSkewMs - value.asOf
    return value.state === 'offline' || (value.state === 'catching-up' && age > WORTH_AN_AGE_MS) ? value.asOf : null
  })
  if (asOf === null) return null
  // The skew is only read for "is that today": it is no reason to paint again.
  return t('sync.asOf', { when: format.moment(asOf, Date.now() + status.get().clockSkewMs) })
}

import type { TFunction } from 'i18next'
import type { Format } from '../../../i18n/format.ts'
import type { SyncStatus } from '../../../sync/sync-status.ts'

/** A catch-up that takes a blink is not worth an age beside every number. ms. */
const WORTH_AN_AGE_MS = 60_000

type AgeFacts = Pick<SyncStatus, 'state' | 'asOf' | 'clockSkewMs'>

/**
 * How old the stock shown is, in words (rule D3): both are said in the server's time, so that a device whose clock is wrong
 * tells the same age as the others. `now` is this device's clock, ms.
 */
export function freshnessWords({ asOf, clockSkewMs }: AgeFacts, now: number, t: TFunction, format: Format) {
  if (asOf === null) return null
  const serverNow = now + clockSkewMs
  const age = format.age(serverNow - asOf)
  return {
    /** `per 14.03`, with the day when that is not today. */
    asOf: t('sync.asOf', { when: format.moment(asOf, serverNow) }),
    /** `3 menit lalu`; null in the first minute. */
    ago: age === null ? null : t('freshness.ago', { age }),
  }
}

/** Does each number say how old it is? Live ones don't, nor those that will be live in a moment. */
export function isWorthAnAge({ state, asOf, clockSkewMs }: AgeFacts, now: number): boolean {
  if (asOf === null || state === 'live') return false
  // An age far below nothing is of a clock that was set back since it was measured.
  return state === 'offline' || Math.abs(now + clockSkewMs - asOf) > WORTH_AN_AGE_MS
}

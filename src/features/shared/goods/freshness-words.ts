import type { TFunction } from 'i18next'
import type { Format } from '../../../i18n/format.ts'
import type { SyncStatus } from '../../../sync/sync-status.ts'

/** A catch-up shorter than this shows no age beside the numbers, ms. */
const WORTH_AN_AGE_MS = 60_000

type AgeFacts = Pick<SyncStatus, 'state' | 'asOf' | 'clockSkewMs'>

/**
 * The age of the stock shown, as text (rule D3). Both texts use the server's time, so that a device with a wrong clock shows the
 * same age as the others. `now` is this device's clock, ms.
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

/** Whether each number shows its age: not while live, and not during a short catch-up. */
export function isWorthAnAge({ state, asOf, clockSkewMs }: AgeFacts, now: number): boolean {
  if (asOf === null || state === 'live') return false
  // Compare the absolute value: a clock that was set back after the measurement gives a large negative age.
  return state === 'offline' || Math.abs(now + clockSkewMs - asOf) > WORTH_AN_AGE_MS
}

/** Wrong PINs, kept over a reload and shared by all tabs. */

import {
  countWrong,
  keepWait,
  NO_ATTEMPTS,
  type PinAttempts,
  type PinClock,
  pinWaitLeft,
} from '../../domain/pin-attempts.ts'
import { useLiveQuery } from '../use-live-query.ts'
import type { SalesDb } from './sales-db.ts'
import { readSalesMeta, writeSalesMeta } from './sales-meta.ts'

/**
 * Counts a try as wrong before it is checked: two tabs at once, or a reload in the middle, win no try. `allowed` false:
 * there is a wait, nothing was counted.
 */
export async function beginAttempt(
  db: SalesDb,
  staffId: number,
  clock: PinClock,
): Promise<{ allowed: boolean; attempts: PinAttempts }> {
  return await db.transaction('rw', db.meta, async () => {
    const all = (await readSalesMeta(db, 'pin_attempts')) ?? {}
    const attempts = all[staffId] ?? NO_ATTEMPTS
    if (pinWaitLeft(attempts, clock) > 0) return { allowed: false, attempts }
    const counted = countWrong(attempts, clock)
    await writeSalesMeta(db, 'pin_attempts', { ...all, [staffId]: counted })
    return { allowed: true, attempts: counted }
  })
}

/** Writes down what is left of a wait where a clock that was set would make the next page tell another one. */
export async function keepPinWait(db: SalesDb, staffId: number, clock: PinClock, isNew: boolean): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const all = (await readSalesMeta(db, 'pin_attempts')) ?? {}
    const kept = keepWait(all[staffId] ?? NO_ATTEMPTS, clock, isNew)
    if (kept) await writeSalesMeta(db, 'pin_attempts', { ...all, [staffId]: kept })
  })
}

/** The PIN was right: nothing wrong is held against this person any more. */
export async function forgiveAttempts(db: SalesDb, staffId: number): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const { [staffId]: _forgiven, ...others } = (await readSalesMeta(db, 'pin_attempts')) ?? {}
    await writeSalesMeta(db, 'pin_attempts', others)
  })
}

/** Live, in every tab; none while loading. */
export function usePinAttempts(db: SalesDb, staffId: number): PinAttempts {
  return (
    useLiveQuery(db, async () => (await readSalesMeta(db, 'pin_attempts'))?.[staffId] ?? NO_ATTEMPTS, [db, staffId]) ??
    NO_ATTEMPTS
  )
}

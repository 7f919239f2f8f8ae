/** Wrong PINs, kept over a reload and shared by all tabs. */

import { countWrong, NO_ATTEMPTS, type PinAttempts, waitLeft } from '../../domain/pin-attempts.ts'
import { useLiveQuery } from '../live-query.ts'
import type { SalesDb } from './sales-db.ts'
import { readSalesMeta, writeSalesMeta } from './sales-meta.ts'

/**
 * Counts a try as wrong before it is checked: two tabs at once, or a reload in the middle, win no try. `allowed` false:
 * there is a wait, nothing was counted.
 */
export async function beginAttempt(
  db: SalesDb,
  staffId: number,
  now: number,
): Promise<{ allowed: boolean; attempts: PinAttempts }> {
  return await db.transaction('rw', db.meta, async () => {
    const all = (await readSalesMeta(db, 'pin_attempts')) ?? {}
    const attempts = all[staffId] ?? NO_ATTEMPTS
    if (waitLeft(attempts, now) > 0) return { allowed: false, attempts }
    const counted = countWrong(attempts, now)
    await writeSalesMeta(db, 'pin_attempts', { ...all, [staffId]: counted })
    return { allowed: true, attempts: counted }
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

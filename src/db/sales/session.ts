/** Who is signed in at this device: one for all tabs, kept over a reload. */
import { useLiveQuery } from '../use-live-query.ts'
import type { SalesDb } from './sales-db.ts'
import { readSalesMeta, writeSalesMeta } from './sales-meta.ts'
import type { SalesMetaValues } from './sales-rows.ts'
import { addSignIn } from './sign-in-notes.ts'

export type Session = NonNullable<SalesMetaValues['session']>

/** Live, in every tab. Undefined while loading, null: nobody is signed in. */
export function useSession(db: SalesDb): Session | null | undefined {
  return useLiveQuery(db, async () => (await readSalesMeta(db, 'session')) ?? null, [db])
}

/**
 * Signs in, or unlocks. The session of the same person goes on; another person's begins now (client time, ms), and is noted for the
 * owner in the same transaction.
 */
export async function startSession(db: SalesDb, staffId: number, now: number): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const session = await readSalesMeta(db, 'session')
    const since = session?.staff_id === staffId ? session.since : now
    await writeSalesMeta(db, 'session', { staff_id: staffId, since, locked: false })
    if (session?.staff_id === staffId) return
    await addSignIn(db, { kind: 'counter_signed_in', staffId, at: now, newId: () => crypto.randomUUID() })
  })
}

/** Nothing happens when somebody else has signed in meanwhile. */
export async function lockSession(db: SalesDb, staffId: number): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const session = await readSalesMeta(db, 'session')
    if (session?.staff_id === staffId) await writeSalesMeta(db, 'session', { ...session, locked: true })
  })
}

/** Nothing happens when somebody else has signed in meanwhile. */
export async function endSession(db: SalesDb, staffId: number): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const session = await readSalesMeta(db, 'session')
    if (session?.staff_id === staffId) await writeSalesMeta(db, 'session', null)
  })
}

/** How fresh the stock is and how wrong this clock is, as an earlier start left it: an age must stand before any connection (rule D3). */
import type { CacheDb } from '../../db/cache-db.ts'
import { readMeta, writeMeta } from '../../db/meta.ts'
import type { Observable, SyncStatus } from '../sync-status.ts'

export type KnownFreshness = Pick<SyncStatus, 'asOf' | 'clockSkewMs'>

/** Below this a skew may as well be the network's doing. ms. */
const WORTH_REMEMBERING_MS = 1_000

export async function readKnownFreshness(db: CacheDb): Promise<KnownFreshness> {
  const [freshness, clock] = await Promise.all([readMeta(db, 'freshness'), readMeta(db, 'clock')])
  return { asOf: freshness?.asOf ?? null, clockSkewMs: clock?.skewMs ?? 0 }
}

/** Writes the measured skew down whenever it is another one. Returns the way to stop. */
export function rememberSkew(
  db: CacheDb,
  status: Observable<SyncStatus>,
  onFailure: (error: unknown) => void,
): () => void {
  let remembered = status.get().clockSkewMs
  return status.subscribe(() => {
    const { clockSkewMs } = status.get()
    if (Math.abs(clockSkewMs - remembered) < WORTH_REMEMBERING_MS) return
    remembered = clockSkewMs
    writeMeta(db, 'clock', { skewMs: clockSkewMs }).catch(onFailure)
  })
}

import type { CacheDb } from '../../db/cache-db.ts'
import { readKnownFreshness } from '../health/known-freshness.ts'
import { createRefreshedLines } from '../health/refreshed-lines.pure.ts'
import type { UpdateLog } from '../health/update-log.ts'
import type { QueueDeps } from '../outbox/send-batch.ts'
import { checksum } from './checksum.ts'
import { createPageGuard } from './page-guard.ts'
import type { RefreshMode } from './refresh.pure.ts'
import type { RefreshDeps, RefreshOutcome } from './refresh-deps.ts'
import { runRefresh } from './run-refresh.ts'

/** A refresh of this device, in whichever context it runs. Never rejects. */
export async function refreshDevice(
  deps: { readonly db: CacheDb; readonly queue: QueueDeps; readonly updates: Pick<UpdateLog, 'add'> } & Pick<
    RefreshDeps,
    'isLogFollowed' | 'onFailure' | 'onPage'
  >,
  mode: RefreshMode,
): Promise<RefreshOutcome> {
  const { db, queue, updates, ...rest } = deps
  const { http, locks, branchCode, deviceId, now } = queue
  const guard = createPageGuard(db, queue)
  const refreshed = createRefreshedLines(now)
  const { onChanged } = refreshed
  const outcome = await runRefresh(
    { ...rest, db, http, locks, branchCode, deviceId, guard, checksum, now, onChanged },
    mode,
  )
  const known = await readKnownFreshness(db).catch(() => null)
  updates.add(refreshed.take(known?.clockSkewMs ?? 0))
  return outcome
}

import type { CacheDb } from '../../db/cache-db.ts'
import type { QueueDeps } from '../outbox/send-batch.ts'
import { checksum } from './checksum.ts'
import { createPageGuard } from './page-guard.ts'
import type { RefreshMode } from './refresh.pure.ts'
import type { RefreshDeps, RefreshOutcome } from './refresh-deps.ts'
import { runRefresh } from './run-refresh.ts'

/** A refresh of this device, in whichever context it runs. Never rejects. */
export function refreshDevice(
  deps: { readonly db: CacheDb; readonly queue: QueueDeps } & Pick<
    RefreshDeps,
    'isLogFollowed' | 'onFailure' | 'onPage'
  >,
  mode: RefreshMode,
): Promise<RefreshOutcome> {
  const { db, queue, ...rest } = deps
  const { http, locks, branchCode, deviceId, now } = queue
  const guard = createPageGuard(db, queue)
  return runRefresh({ ...rest, db, http, locks, branchCode, deviceId, guard, checksum, now }, mode)
}

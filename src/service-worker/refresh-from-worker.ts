import { CACHE_DB_NAME, CacheDb } from '../db/cache-db.ts'
import { readMeta } from '../db/meta.ts'
import { createHttp } from '../sync/http.ts'
import type { RefreshMode } from '../sync/machine/refresh.ts'
import { type RefreshOutcome, runRefresh } from '../sync/offline-sync.ts'
import type { LockManagerLike } from '../sync/ports.ts'

/**
 * The same refresh as in a page, with the credentials that the database holds. The connection is closed at the end, so that
 * an idle worker never stands in the way of a page that upgrades the database.
 */
export async function refreshFromWorker(
  origin: string,
  mode: RefreshMode,
  onPage: () => void,
): Promise<RefreshOutcome> {
  const db = new CacheDb(CACHE_DB_NAME)
  try {
    const device = await readMeta(db, 'device')
    if (!device) return 'failed'
    const http = createHttp({ origin, token: device.device_secret_token, fetch: fetch.bind(globalThis) })
    return await runRefresh(
      {
        db,
        http,
        locks,
        branchCode: device.branch.code,
        now: Date.now,
        // The page learns the outcome and shows it; what failed is asked again.
        onFailure: () => undefined,
        onPage,
      },
      mode,
    )
  } catch {
    return 'failed'
  } finally {
    db.close()
  }
}

const locks: LockManagerLike = {
  async request(name, { ifAvailable = false }, work) {
    return await navigator.locks.request(name, { ifAvailable }, async (lock) => (lock ? await work() : undefined))
  },
}

/**
 * What the service worker works with: the same databases, credentials and locks as the pages. Opened for one piece of work and
 * closed after it, so that an idle worker never stands in the way of a page that upgrades a database.
 */
import type { Enrollment } from '../contract/rest.ts'
import { CACHE_DB_NAME, CacheDb } from '../db/cache-db.ts'
import { readMeta } from '../db/meta.ts'
import { SALES_DB_NAME, SalesDb } from '../db/sales/sales-db.ts'
import { createHttp } from '../sync/http.ts'
import type { LockManagerLike } from '../sync/ports.ts'
import type { QueueDeps } from '../sync/transaction-queue.ts'

export interface WorkerContext {
  readonly db: CacheDb
  readonly device: Enrollment
  readonly queue: QueueDeps
}

/** Resolves to null when no device is enrolled; rejects when the databases do not open. */
export async function withContext<T>(origin: string, work: (context: WorkerContext) => Promise<T>): Promise<T | null> {
  const db = new CacheDb(CACHE_DB_NAME)
  const salesDb = new SalesDb(SALES_DB_NAME)
  try {
    const device = await readMeta(db, 'device')
    if (!device) return null
    const queue: QueueDeps = {
      salesDb,
      http: createHttp({ origin, token: device.device_secret_token, fetch: fetch.bind(globalThis) }),
      locks,
      branchCode: device.branch.code,
      deviceId: device.device_id,
      now: Date.now,
      random: Math.random,
      // Nobody looks at a worker.
      isAttentive: () => false,
      onFailure: () => undefined,
    }
    return await work({ db, device, queue })
  } finally {
    db.close()
    salesDb.close()
  }
}

const locks: LockManagerLike = {
  async request(name, { ifAvailable = false }, work) {
    return await navigator.locks.request(name, { ifAvailable }, async (lock) => (lock ? await work() : undefined))
  },
}

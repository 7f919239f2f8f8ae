/// <reference lib="webworker" />
/**
 * What the service worker works with: the same databases, credentials and locks as the pages. Opened for one piece of work and
 * closed after it, so that an idle worker never stands in the way of a page that upgrades a database.
 */
import type { Enrollment } from '../contract/device.ts'
import { CACHE_DB_NAME, CacheDb } from '../db/cache-db.ts'
import { readMeta } from '../db/meta.ts'
import { needsUpgrade, openDatabase } from '../db/open-database.ts'
import { SALES_DB_NAME, SalesDb } from '../db/sales/sales-db.ts'
import { mendOperations } from '../db/sales/unreadable.ts'
import { createDeviceContext } from '../sync/device/device-context.ts'
import { failureKind } from '../sync/failure-kind.ts'
import type { UpdateLog } from '../sync/health/update-log.ts'
import { mendOperation } from '../sync/outbox/mend-operation.ts'
import type { QueueDeps } from '../sync/outbox/send-batch.ts'
import type { FailureJournal } from '../sync/ports.ts'
import { systemClock } from '../sync/system-clock.ts'
import { withJournal } from './worker-journal.ts'

declare const self: ServiceWorkerGlobalScope

const UPGRADE_PATIENCE_MS = 5_000

export interface WorkerContext {
  readonly db: CacheDb
  readonly device: Enrollment
  readonly queue: QueueDeps
  readonly updates: UpdateLog
}

/**
 * Resolves to null when no device is enrolled. Rejects as `work` does, and when the databases do not open; what went wrong is in
 * the journal then. `what` names the work there. `onProgress`: something of an answer came.
 */
export async function withContext<T>(
  origin: string,
  what: string,
  work: (context: WorkerContext) => Promise<T>,
  onProgress?: () => void,
): Promise<T | null> {
  return await withJournal(async (journal, updates) => {
    try {
      return await inContext(origin, journal, updates, work, onProgress)
    } catch (error) {
      journal.note(failureKind(error, 'worker'), `Service worker, ${what}`, error)
      throw error
    }
  })
}

async function inContext<T>(
  origin: string,
  journal: FailureJournal,
  updates: UpdateLog,
  work: (context: WorkerContext) => Promise<T>,
  onProgress: (() => void) | undefined,
): Promise<T | null> {
  const db = new CacheDb(CACHE_DB_NAME)
  const salesDb = new SalesDb(SALES_DB_NAME)
  try {
    await openBoth(db, salesDb)
    // Without it everything is sent that was stored whole.
    await mendOperations(salesDb, mendOperation).catch((error) => {
      journal.note('storage', 'Looking at what is unsent', error)
    })
    const device = await readMeta(db, 'device')
    if (!device) return null
    // Nobody looks at a worker.
    const isAttentive = () => false
    const queue = createDeviceContext({
      db,
      salesDb,
      device,
      origin,
      clock: systemClock,
      journal,
      isAttentive,
      onProgress,
    })
    return await work({ db, device, queue, updates })
  } finally {
    db.close()
    salesDb.close()
  }
}

/**
 * An upgrade would close the databases under tabs of the version before, which may be in the middle of a payment: that is left to
 * the first page of the new version. Without any page nobody is in the way.
 */
async function openBoth(db: CacheDb, salesDb: SalesDb): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (pages.length > 0 && ((await needsUpgrade(db)) || (await needsUpgrade(salesDb)))) {
    throw new Error('An open page is of an older version: its databases are not taken from it')
  }
  // Closed after this piece of work in any case; what is under way then rejects.
  const options = { onOutdated: () => undefined, patienceMs: UPGRADE_PATIENCE_MS }
  await openDatabase(db, options)
  await openDatabase(salesDb, options)
}

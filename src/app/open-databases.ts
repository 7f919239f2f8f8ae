import { CACHE_DB_NAME, CacheDb } from '../db/cache-db.ts'
import { DatabaseOpenError, needsUpgrade, type OpenFailure, openDatabase } from '../db/open-database.ts'
import { SALES_DB_NAME, SalesDb } from '../db/sales/sales-db.ts'
import { type RescuedFile, rescueUnsent } from '../sync/outbox/rescue-unsent.ts'
import { AppStartError, type StartFailure } from './errors.ts'

/** How long to wait for other tabs to close their connections, ms. A tab that has not closed them by then is not running. */
const PATIENCE_MS = 8_000

const FAILURES = {
  newer: 'newer-data',
  blocked: 'upgrade-blocked',
  upgrade: 'upgrade-failed',
  refused: 'storage-refused',
} as const satisfies Record<OpenFailure, StartFailure>

/**
 * Opens the device's databases, or none. `onOutdated`: a newer version in another tab takes them over; called once, before both are
 * closed for good. Rejects with AppStartError.
 */
export async function openDatabases(onOutdated: () => void): Promise<{ db: CacheDb; salesDb: SalesDb }> {
  const db = new CacheDb(CACHE_DB_NAME)
  const salesDb = new SalesDb(SALES_DB_NAME)
  let isOutdated = false
  const options = {
    patienceMs: PATIENCE_MS,
    onOutdated() {
      if (isOutdated) return
      isOutdated = true
      onOutdated()
      db.close()
      salesDb.close()
    },
  }
  let unsent: RescuedFile | null = null
  try {
    // Read before the upgrade starts: a blocked upgrade blocks every later read, in Chromium even after this page is closed.
    if (await needsUpgrade(salesDb)) unsent = await rescueUnsent(Date.now())
  } catch {
    // Ignore the error: opening the database below reports why it cannot be read.
  }
  try {
    await openDatabase(db, options)
    await openDatabase(salesDb, options)
    return { db, salesDb }
  } catch (error) {
    db.close()
    salesDb.close()
    throw new AppStartError(
      error instanceof DatabaseOpenError ? FAILURES[error.kind] : 'storage-refused',
      error,
      unsent,
    )
  }
}

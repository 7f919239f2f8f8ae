import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { isEmbedded } from '../database/dump.ts'
import { openDatabase } from '../database/open-database.ts'
import type { PgliteDatabase } from '../database/pglite.ts'
import type { ThreadEvents } from '../database/pglite-thread.ts'
import type { Database } from '../database.ts'
import { isDatabaseAway } from '../http/answer-error.ts'
import { migrate } from '../migrate.ts'
import { ensureEpoch } from '../sql/epoch.ts'
import { probeDatabase } from '../sql/health.ts'
import { lockDataDir } from './data-dir-lock.ts'
import { finishRestore, PGLITE_FOLDER } from './finish-restore.ts'
import { syncFolder } from './sync-folder.ts'
import { setUncleanMarker } from './unclean-marker.ts'

/** Compose files start the database at the same time as the server. */
const WAIT_FOR_DATABASE_MS = 30_000
const RETRY_MS = 500

export interface OpenedStore {
  readonly db: Database
  /** The same database when it is embedded, for its SQL port. */
  readonly embedded: PgliteDatabase | null
  /** The log's epoch, and whether it began with this start (rule S6). */
  readonly epoch: string
  readonly rotated: boolean
  /** Closes the database, and only then calls its folder cleanly left and free. */
  close(): Promise<void>
}

/** Opens the configured database, brings it up to date and checks the log's epoch. The embedded one is locked first. */
export async function openStore(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  log: Logger,
  events: ThreadEvents = {},
): Promise<OpenedStore> {
  const { databaseUrl, dataDir } = config
  return databaseUrl === undefined ? openEmbedded(dataDir, log, events) : openExternal(databaseUrl, log)
}

async function openEmbedded(dataDir: string, log: Logger, events: ThreadEvents): Promise<OpenedStore> {
  const lock = lockDataDir(dataDir)
  await finishRestore(dataDir, null)
  const marker = await setUncleanMarker(dataDir)
  if (marker.wasUnclean) log.warn('the last run did not end in order: the change log begins a new epoch')
  const openedAt = Date.now()
  const folder = join(dataDir, PGLITE_FOLDER)
  const db = await openDatabase({ dataDir: folder, ...events }, log)
  const { epoch, rotated } = await prepare(db, marker.wasUnclean, log)
  return {
    db,
    embedded: isEmbedded(db) ? db : null,
    epoch,
    rotated,
    async close() {
      await db.close()
      await syncFolder(folder, openedAt)
      await marker.clear()
      lock.release()
    },
  }
}

async function openExternal(url: string, log: Logger): Promise<OpenedStore> {
  const db = await openDatabase({ url }, log)
  await waitForDatabase(db, log)
  const { epoch, rotated } = await prepare(db, false, log)
  return { db, embedded: null, epoch, rotated, close: () => db.close() }
}

async function prepare(db: Database, uncleanStart: boolean, log: Logger): Promise<{ epoch: string; rotated: boolean }> {
  const applied = await migrate(db)
  if (applied.length > 0) log.info({ migrations: applied }, 'database brought up to date')
  return ensureEpoch(db, { uncleanStart })
}

/** Throws the database's error once it has been away for too long; any other error (a wrong password) at once. */
async function waitForDatabase(db: Database, log: Logger): Promise<void> {
  const deadline = performance.now() + WAIT_FOR_DATABASE_MS
  for (let told = false; ; told = true) {
    try {
      await probeDatabase(db)
      return
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() > deadline) {
        await db.close()
        throw error
      }
      if (!told) log.warn({ err: error }, 'the database is away; waiting for it')
      await sleep(RETRY_MS)
    }
  }
}

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
import { ensureEpoch, type Life } from '../sql/epoch.ts'
import { probeDatabase } from '../sql/health.ts'
import { foldKeptRows } from '../sql/whole.ts'
import { checkWhole } from './check-whole.ts'
import { lockDataDir } from './data-dir-lock.ts'
import { finishRestore, PGLITE_FOLDER } from './finish-restore.ts'
import { syncFolder } from './sync-folder.ts'
import { setUncleanMarker } from './unclean-marker.ts'
import { type LogWatch, watchLog } from './watch-log.ts'
import { openWitnessFile } from './witness-file.ts'

/** Compose files start the database at the same time as the server. */
const WAIT_FOR_DATABASE_MS = 30_000
const RETRY_MS = 500

export interface OpenedStore {
  readonly db: Database
  /** The same database when it is embedded, for its SQL port. */
  readonly embedded: PgliteDatabase | null
  /** The log's epoch at the start, and what made it a new one, if it is (rule S6). */
  readonly life: Life
  /** Looks on while the server runs; null when this DATA_DIR has no place left to note anything. */
  readonly watch: LogWatch | null
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
  return databaseUrl === undefined ? openEmbedded(dataDir, log, events) : openExternal(databaseUrl, dataDir, log)
}

async function openEmbedded(dataDir: string, log: Logger, events: ThreadEvents): Promise<OpenedStore> {
  const lock = lockDataDir(dataDir)
  await finishRestore(dataDir, null)
  const marker = await setUncleanMarker(dataDir)
  if (marker.wasUnclean) log.warn('the last run did not end in order: the change log begins a new epoch')
  const openedAt = Date.now()
  const folder = join(dataDir, PGLITE_FOLDER)
  const db = await openDatabase({ dataDir: folder, ...events }, log)
  const prepared = await prepare(db, marker.wasUnclean, dataDir, log)
  return {
    db,
    embedded: isEmbedded(db) ? db : null,
    ...prepared,
    async close() {
      await prepared.watch?.stop()
      await db.close()
      await syncFolder(folder, openedAt)
      await marker.clear()
      lock.release()
    },
  }
}

async function openExternal(url: string, dataDir: string, log: Logger): Promise<OpenedStore> {
  const db = await openDatabase({ url }, log)
  await waitForDatabase(db, log)
  const prepared = await prepare(db, false, dataDir, log)
  return {
    db,
    embedded: null,
    ...prepared,
    async close() {
      await prepared.watch?.stop()
      await db.close()
    },
  }
}

async function prepare(
  db: Database,
  uncleanStart: boolean,
  dataDir: string,
  log: Logger,
): Promise<Pick<OpenedStore, 'life' | 'watch'>> {
  const applied = await migrate(db)
  if (applied.length > 0) log.info({ migrations: applied }, 'database brought up to date')
  await checkWhole(db)
  await foldKeptRows(db)
  const file = openWitnessFile(dataDir)
  const life = await ensureEpoch(db, { uncleanStart, note: file?.read() ?? null })
  return { life, watch: file && (await watchLog({ db, file, life, log })) }
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

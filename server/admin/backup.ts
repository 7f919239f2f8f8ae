/** `backup FILE` and `restore FILE` of the embedded database. */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pino } from 'pino'
import { dumpDatabase, isEmbedded, loadDatabase } from '../database/dump.ts'
import { checkWhole } from '../lifecycle/check-whole.ts'
import { lockDataDir } from '../lifecycle/data-dir-lock.ts'
import { finishRestore, PGLITE_FOLDER, RESTORED_FOLDER } from '../lifecycle/finish-restore.ts'
import { openStore } from '../lifecycle/open-store.ts'
import { syncFolder, syncPath } from '../lifecycle/sync-folder.ts'
import { migrate } from '../migrate.ts'
import { isOurDatabase } from '../sql/backup.ts'
import { ensureEpoch } from '../sql/epoch.ts'
import { AdminError } from './admin-error.ts'
import { connect } from './connect.ts'

type Env = Readonly<Record<string, string | undefined>>

const EXTERNAL = 'DATABASE_URL names a PostgreSQL of its own'

/** Writes the file whole or not at all. Through the server while it runs, else from its folder. */
export async function backUp(env: Env, file: string): Promise<void> {
  if (env.DATABASE_URL) throw new AdminError(`${EXTERNAL}. Back it up with: pg_dump "$DATABASE_URL" > FILE`)
  const bytes = await readDatabase(env)
  const path = resolve(file)
  const partial = `${path}.partial`
  try {
    // It holds the hashes of PINs and tokens.
    const handle = await open(partial, 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, path)
    await syncPath(dirname(path))
  } catch (error) {
    rmSync(partial, { force: true })
    throw new AdminError(`${file} cannot be written: ${messageOf(error)}`, { cause: error })
  }
  console.log(`${file}: ${(bytes.length / 1_000_000).toFixed(1)} MB. Restore it with: npm run admin -- restore ${file}`)
}

async function readDatabase(env: Env): Promise<Uint8Array> {
  const dataDir = dataDirOf(env)
  if (env.MSTORE_URL || !existsSync(join(dataDir, PGLITE_FOLDER)) || isLocked(dataDir)) {
    const client = connect(env, 1)
    try {
      return await client.download('/api/v1/admin/backup')
    } finally {
      client.close()
    }
  }
  const store = await openStore({ databaseUrl: undefined, dataDir }, pino({ level: 'silent' }))
  try {
    if (!isEmbedded(store.db)) throw new Error('The folder did not open as an embedded database')
    return await dumpDatabase(store.db)
  } finally {
    await store.close()
  }
}

/**
 * Puts a backup in the database's place; what was there is kept beside it. Everything is checked before anything is moved. The
 * change log begins a new epoch, so that every counter loads anew and sends its settled sales again (rules S6, C8).
 */
export async function restore(env: Env, file: string): Promise<void> {
  if (env.DATABASE_URL) throw new AdminError(`${EXTERNAL}. Restore it with psql or pg_restore, then start the server`)
  const dataDir = dataDirOf(env)
  const bytes = readBackup(file)
  const lock = takeLock(dataDir)
  try {
    const folder = join(dataDir, PGLITE_FOLDER)
    const fresh = `${folder}.restoring`
    const startedAt = Date.now()
    rmSync(fresh, { recursive: true, force: true })
    try {
      await prepare(fresh, bytes)
      await syncFolder(fresh, startedAt)
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true })
      throw new AdminError(`${file} was not restored, nothing was changed: ${messageOf(error)}`, { cause: error })
    }
    const kept = existsSync(folder)
      ? `${folder}.before-${new Date(startedAt).toISOString().replaceAll(/[:.]/g, '-')}`
      : null
    const restored = join(dataDir, RESTORED_FOLDER)
    rmSync(restored, { recursive: true, force: true })
    renameSync(fresh, restored)
    await syncPath(dataDir)
    await finishRestore(dataDir, kept)
    console.log(`${file} is restored. Start the server; every counter loads anew.`)
    if (kept !== null) console.log(`What was there before is kept in ${kept}; delete it once all is well.`)
  } finally {
    lock.release()
  }
}

/** Brings the restored database up to date and begins its new epoch. */
async function prepare(folder: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const db = await loadDatabase(folder, bytes).catch((error: unknown) => {
    throw new Error(`it is not a backup that this version reads (${messageOf(error)})`, { cause: error })
  })
  try {
    if (!(await isOurDatabase(db))) throw new Error('it holds no database of MStore Counter')
    await migrate(db)
    await checkWhole(db)
    await ensureEpoch(db, { uncleanStart: true })
  } finally {
    await db.close()
  }
}

function dataDirOf(env: Env): string {
  return resolve(env.DATA_DIR || './data')
}

function isLocked(dataDir: string): boolean {
  try {
    lockDataDir(dataDir).release()
    return false
  } catch {
    return true
  }
}

function takeLock(dataDir: string) {
  try {
    return lockDataDir(dataDir)
  } catch (error) {
    throw new AdminError(messageOf(error), { cause: error })
  }
}

function readBackup(file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(file))
  } catch (error) {
    throw new AdminError(`${file} cannot be read`, { cause: error })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

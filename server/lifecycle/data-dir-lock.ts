/**
 * One process per data folder: two embedded databases on one folder lose rows silently. The lock is the operating
 * system's own lock on a file, taken through SQLite: it ends with the process that holds it, however that dies, so it
 * never goes stale, and no process id has to be trusted (ids are used again, and two starts can race).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface DataDirLock {
  /** Gives the folder free. The database must be closed by then. */
  release(): void
}

/** The folder is in use. `message` is the one line for the person who started the second process. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError'

  constructor(dataDir: string, holder: string | null) {
    super(
      `DATA_DIR ${dataDir} is in use by another MStore server${holder ? ` (process ${holder})` : ''}; stop that one first`,
    )
  }
}

const SQLITE_BUSY = 5

/** Creates `dataDir` if needed and locks it. Throws DataDirInUseError when another process holds it, else the system's error. */
export function lockDataDir(dataDir: string): DataDirLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  // Only for the message: a lock file cannot be read while it is locked.
  const holderFile = join(dataDir, 'server.pid')
  const lock = new DatabaseSync(join(dataDir, 'server.lock'), { timeout: 0 })
  try {
    // Exclusive mode keeps the lock of the first transaction until the connection closes.
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT')
  } catch (error) {
    lock.close()
    if (isBusy(error)) throw new DataDirInUseError(dataDir, readHolder(holderFile))
    throw error
  }
  writeFileSync(holderFile, `${process.pid}\n`)
  return { release: () => lock.close() }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

function readHolder(file: string): string | null {
  try {
    return /^\d+$/.exec(readFileSync(file, 'utf8').trim())?.[0] ?? null
  } catch {
    return null
  }
}

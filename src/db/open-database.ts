/**
 * Opening a database of the device next to other versions of the app. An upgrade runs in IndexedDB's own transaction: it is done
 * as a whole or not at all, and what was there before stays readable (src/db/read-as-stored.ts).
 */
import type { Dexie } from 'dexie'
import { readInstalledVersion } from './read-as-stored.ts'

/**
 * `newer`: a later version of the app has been here, this one must not write.
 * `blocked`: another connection keeps the old version open and does not close.
 * `upgrade`: the data is there in an older version, and could not be upgraded.
 * `refused`: the browser does not let this site store anything, or the database is damaged.
 */
export type OpenFailure = 'newer' | 'blocked' | 'upgrade' | 'refused'

export class DatabaseOpenError extends Error {
  readonly kind: OpenFailure

  constructor(kind: OpenFailure, database: string, cause: unknown) {
    super(`${database} does not open: ${kind}`, { cause })
    this.name = 'DatabaseOpenError'
    this.kind = kind
  }
}

export interface OpenOptions {
  /**
   * A newer version of the app wants to upgrade the database, which it can only once this connection is closed: called right
   * before that. Afterwards every reading and writing of `db` rejects; transactions that have begun are carried out.
   */
  onOutdated(): void
  /** How long another connection may hold up the upgrade, ms. */
  readonly patienceMs: number
}

/** Opens and, where needed, upgrades. Rejects with DatabaseOpenError; then `db` is closed. */
export async function openDatabase<T extends Dexie>(db: T, { onOutdated, patienceMs }: OpenOptions): Promise<T> {
  const { name, verno } = db
  db.on('versionchange', (event) => {
    // A deletion leaves nothing to protect: Dexie closes, and begins anew at the next use.
    if (event.newVersion === null) return
    onOutdated()
    db.close()
    return false
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  const blocked = new Promise<never>((_resolve, reject) => {
    db.on('blocked', () => {
      timer ??= setTimeout(() => reject(new DatabaseOpenError('blocked', name, null)), patienceMs)
    })
  })
  try {
    await Promise.race([db.open(), blocked])
    return db
  } catch (error) {
    db.close()
    throw error instanceof DatabaseOpenError ? error : new DatabaseOpenError(await whyRefused(error), name, error)
  } finally {
    clearTimeout(timer)
  }

  async function whyRefused(error: unknown): Promise<OpenFailure> {
    if (error instanceof Error && error.name === 'VersionError') return 'newer'
    return (await isOlder(name, verno).catch(() => false)) ? 'upgrade' : 'refused'
  }
}

/** True when opening `db`, which is not open yet, would upgrade what is there. */
export async function needsUpgrade(db: Dexie): Promise<boolean> {
  return await isOlder(db.name, db.verno)
}

/** Dexie counts whole versions, IndexedDB stores them tenfold. */
async function isOlder(name: string, version: number): Promise<boolean> {
  const installed = await readInstalledVersion(name)
  return installed !== null && installed < version * 10
}

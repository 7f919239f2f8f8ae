import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { syncPath } from './sync-folder.ts'

/** Folder of the embedded database inside DATA_DIR. */
export const PGLITE_FOLDER = 'pglite'
/** A restored database that is complete and durable, and waits to become the database. */
export const RESTORED_FOLDER = 'pglite.restored'

/**
 * Puts a restored database in its place; what was there is moved to `keepAs`. Two moves: whoever is interrupted between them
 * leaves no database at all, and the next start makes the second move instead of beginning with an empty one. The caller
 * holds the folder's lock.
 */
export async function finishRestore(dataDir: string, keepAs: string | null): Promise<void> {
  const folder = join(dataDir, PGLITE_FOLDER)
  const restored = join(dataDir, RESTORED_FOLDER)
  if (!existsSync(restored)) return
  if (existsSync(folder)) {
    // Interrupted before the first move: the old database is still the one, until somebody restores again.
    if (keepAs === null) return
    renameSync(folder, keepAs)
  }
  renameSync(restored, folder)
  await syncPath(dataDir)
}

/** The embedded database as one file: a gzipped tar of its folder, as PGlite writes and reads it. */
import type { Database } from '../database.ts'
import { writeCheckpoint } from '../sql/backup.ts'
import { openPglite, type PgliteDatabase } from './pglite.ts'

export function isEmbedded(db: Database): db is PgliteDatabase {
  return db.driver === 'pglite'
}

/**
 * Everything that is committed now. The database answers nobody meanwhile: PGlite reads its files in one go. What only the log
 * holds is written to the tables first, so that the file needs no recovery.
 */
export async function dumpDatabase(db: PgliteDatabase): Promise<Uint8Array<ArrayBuffer>> {
  await writeCheckpoint(db)
  return db.dump('gzip')
}

/** Makes a database in a folder that does not exist yet. Rejects when the bytes are no such file. */
export async function loadDatabase(folder: string, bytes: Uint8Array<ArrayBuffer>): Promise<PgliteDatabase> {
  return openPglite({ dataDir: folder, dump: bytes })
}

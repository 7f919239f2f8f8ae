import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { openPgliteHere, type PgliteDatabase } from '../../server/database/pglite.ts'
import { migrate, readMigrations } from '../../server/migrate.ts'

const TEMPLATES = new URL('../../.cache/pglite/', import.meta.url)
/** Zeroing PostgreSQL's usual 128 MB would be half of what a small test costs. */
const BUFFERS_MB = 8

let template: Promise<Uint8Array<ArrayBuffer>> | undefined

/**
 * A migrated embedded database without any rows, in memory and in this thread. A copy of files, several times faster than making one; the
 * files are made once for these migrations and kept in .cache/pglite.
 */
export async function openMigratedPglite(): Promise<PgliteDatabase> {
  template ??= readTemplate()
  return await openPgliteHere({ dump: await template, buffersMb: BUFFERS_MB })
}

async function readTemplate(): Promise<Uint8Array<ArrayBuffer>> {
  // Whatever version of PGlite it names.
  const hash = createHash('sha256').update(await readFile(new URL('../../package-lock.json', import.meta.url)))
  for (const { name, checksum } of await readMigrations()) hash.update(`${name} ${checksum}`)
  const file = `${hash.digest('hex').slice(0, 16)}.tar`
  const kept = await readFile(new URL(file, TEMPLATES)).catch(() => null)
  if (kept !== null) return new Uint8Array(kept)
  const made = await makeTemplate()
  await mkdir(TEMPLATES, { recursive: true })
  for (const older of await readdir(TEMPLATES)) {
    if (older.endsWith('.tar')) await rm(new URL(older, TEMPLATES), { force: true })
  }
  // Renamed once it is whole: other workers of the same run read it.
  const unfinished = new URL(randomUUID(), TEMPLATES)
  await writeFile(unfinished, made)
  await rename(unfinished, new URL(file, TEMPLATES))
  return made
}

async function makeTemplate(): Promise<Uint8Array<ArrayBuffer>> {
  const db = await openPgliteHere()
  await migrate(db)
  const dump = await db.dump('none')
  await db.close()
  return dump
}

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { errorCode } from './database/retry.ts'
import type { Database } from './database.ts'
import { NotWholeError } from './lifecycle/check-whole.ts'
import { readAppliedMigrations, wrapMigration, wrapMigrationTable } from './sql/migrations.ts'
import { hasLostItsMigrations } from './sql/whole.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)
const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/
const UNIQUE_VIOLATION = '23505'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/**
 * Applies each missing migration once, in order, each in a transaction of its own. Two servers that start together take
 * turns by an advisory lock. Throws when an applied migration was edited, or the database is newer than this server;
 * NotWholeError when there are tables and no word of what made them.
 * Resolves to the names of those that were applied now.
 */
export async function migrate(db: Database, migrations?: readonly Migration[]): Promise<string[]> {
  const known = migrations ?? (await readMigrations())
  await db.script(wrapMigrationTable())
  if (await hasLostItsMigrations(db)) throw new NotWholeError('it does not know which migrations made it')
  const applied: string[] = []
  for (const migration of known) {
    if (await isApplied(db, migration, known)) continue
    try {
      await db.script(wrapMigration(migration))
      applied.push(migration.name)
    } catch (error) {
      // Another server was first: its row stood in the way before anything of the migration ran.
      if (errorCode(error) !== UNIQUE_VIOLATION || !(await isApplied(db, migration, known))) throw error
    }
  }
  return applied
}

async function isApplied(db: Database, migration: Migration, known: readonly Migration[]): Promise<boolean> {
  const applied = await readAppliedMigrations(db)
  const newer = applied.find((row) => !known.some((each) => each.number === row.number))
  if (newer)
    throw new Error(`The database has the migration ${newer.name}, which this server does not know: it is newer`)
  const row = applied.find((each) => each.number === migration.number)
  if (row && row.checksum !== migration.checksum) {
    throw new Error(`The migration ${migration.name} was changed after it was applied: add a new one instead`)
  }
  return row !== undefined
}

/** All of them, in order. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const digits = FILE_NAME.exec(name)?.[1]
      if (digits === undefined) throw new Error(`Not a migration's name: ${name}`)
      const sql = await readFile(new URL(name, MIGRATIONS), 'utf8')
      return { number: Number(digits), name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

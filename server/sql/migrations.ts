import type { Queryable } from '../database.ts'

/** Any number that is the same in every server of this kind. */
const LOCK = 7_305_161

const PREPARE = `SET LOCAL search_path = public, pg_temp; SELECT pg_advisory_xact_lock(${LOCK});`

export interface AppliedMigration {
  number: number
  name: string
  checksum: string
}

export function wrapMigrationTable(): string {
  return `${PREPARE}
    CREATE TABLE IF NOT EXISTS schema_migrations (
      number integer PRIMARY KEY,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`
}

/** The record comes before the migration itself: where it stands already, nothing else runs. */
export function wrapMigration(migration: AppliedMigration & { sql: string }): string {
  const { number, name, checksum, sql } = migration
  if (!/^\w+\.sql$/.test(name) || !/^[0-9a-f]+$/.test(checksum)) throw new Error(`Not a migration: ${name}`)
  return `${PREPARE}
    INSERT INTO schema_migrations (number, name, checksum) VALUES (${number}, '${name}', '${checksum}');
    ${sql}`
}

export function readAppliedMigrations(db: Queryable): Promise<AppliedMigration[]> {
  return db.query('SELECT number, name, checksum FROM public.schema_migrations ORDER BY number')
}

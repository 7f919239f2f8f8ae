import type { Logger } from 'pino'
import { openPglite, type PgliteDatabase } from './pglite.ts'
import type { ThreadEvents } from './pglite-thread.ts'
import { openPostgres, type PostgresDatabase } from './postgres.ts'

/** Opens the database that the configuration names: PostgreSQL by its URL, else the embedded one in `dataDir`. */
export async function openDatabase(
  place: { url: string } | ({ dataDir: string } & ThreadEvents),
  log: Pick<Logger, 'warn' | 'info'>,
): Promise<PgliteDatabase | PostgresDatabase> {
  return 'url' in place ? openPostgres(place.url, log) : openPglite(place)
}

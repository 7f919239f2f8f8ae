import type { TestProject } from 'vitest/node'
import { createScratchDatabase } from '../../e2e/support/scratch-database.ts'
import { openPostgres } from '../../server/database/postgres.ts'
import { migrate } from '../../server/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Name of a migrated database without any rows on the server in TEST_DATABASE_URL; null: there is no such server. */
    postgresTemplate: string | null
  }
}

/**
 * Before the first database test: the database that the tests on PostgreSQL copy, because running all migrations for each of them
 * was most of what they cost. Resolves to what drops it after the last.
 */
export default async function makePostgresTemplate(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL
  if (server === undefined) {
    project.provide('postgresTemplate', null)
    return async () => undefined
  }
  const { name, url, drop } = await createScratchDatabase(server)
  try {
    const db = openPostgres(url, { warn: () => undefined, info: () => undefined })
    // A database that somebody is connected to cannot be copied.
    await migrate(db).finally(() => db.close())
  } catch (error) {
    await drop()
    throw error
  }
  project.provide('postgresTemplate', name)
  return drop
}

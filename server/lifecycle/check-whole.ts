import { readFile } from 'node:fs/promises'
import type { Queryable } from '../database.ts'
import { findLostRows, listObjects, type RowCount } from '../sql/whole.ts'

/** What the migrations make, one name a line. tests/pg/whole.pg.test.ts holds that it is so, and writes it anew (`vitest -u`). */
export const OBJECTS_FILE = new URL('../schema-objects.txt', import.meta.url)

const NAMED_AT_MOST = 3

/** The database lacks what was in it once. `message` is the one line for the person who starts the server. */
export class NotWholeError extends Error {
  override readonly name = 'NotWholeError'
  readonly kind = 'not-whole'

  constructor(lacks: string) {
    super(
      `The database is not whole: ${lacks}. No server starts on it. A restore that showed errors has to be done anew (docs/operations.md, Backups)`,
    )
  }
}

/**
 * Refuses a database that a restore has left in pieces: a server that starts on the remains would tell every counter, and the
 * broker, that what is missing does not exist any more. Call it once the migrations were applied. Throws NotWholeError.
 */
export async function checkWhole(db: Queryable): Promise<void> {
  const expected = (await readFile(OBJECTS_FILE, 'utf8')).split('\n').filter((line) => line !== '')
  const missing = findMissing(expected, await listObjects(db))
  // Rows can't be counted in tables that are not there.
  const lacks = describeLack(missing, missing.length === 0 ? await findLostRows(db) : [])
  if (lacks !== null) throw new NotWholeError(lacks)
}

/** What an owner's programs have added does no harm. Of a table that is gone only the table is named, and first. */
export function findMissing(expected: readonly string[], found: readonly string[]): string[] {
  const there = new Set(found)
  const missing = expected.filter((object) => !there.has(object))
  const tables = missing.filter((object) => object.startsWith('table '))
  const parts = missing.filter((object) => {
    const owner = /^\w+ (.+)\./.exec(object)?.[1]
    return !tables.includes(object) && !tables.includes(`table ${owner}`)
  })
  return [...tables, ...parts]
}

/** In words, or null when nothing is missing. */
export function describeLack(missing: readonly string[], lost: readonly RowCount[]): string | null {
  if (missing.length > 0) {
    const named = missing.slice(0, NAMED_AT_MOST).join(', ')
    const more = missing.length > NAMED_AT_MOST ? ` and ${missing.length - NAMED_AT_MOST} more` : ''
    return `it lacks ${named}${more}`
  }
  if (lost.length === 0) return null
  return lost
    .map(({ table, rows, written }) =>
      table === 'operations'
        ? 'operations is empty, though sales were booked'
        : `${table} has ${rows} of ${written} rows`,
    )
    .join(', ')
}

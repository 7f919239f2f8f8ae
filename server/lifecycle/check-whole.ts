import { readFile } from 'node:fs/promises'
import type { Queryable } from '../database.ts'
import {
  findFaults,
  findLostRows,
  findSequencesBehind,
  listCountedTables,
  listObjects,
  type RowCount,
} from '../sql/whole.ts'

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
  const lacks = missing.length > 0 ? describeMissing(missing) : describeLoss(await findLost(db), await findWrong(db))
  if (lacks !== null) throw new NotWholeError(lacks)
}

/** What an owner's programs have added does no harm. Of a table that is gone only the table is named, and first. */
export function findMissing(expected: readonly string[], found: readonly string[]): string[] {
  const there = new Set(found)
  const missing = expected.filter((object) => !there.has(object))
  const tables = missing.filter((object) => object.startsWith('table '))
  const parts = missing.filter((object) => {
    const owner = /^\w+ ([^.]+)\./.exec(object)?.[1]
    return !tables.includes(object) && !tables.includes(`table ${owner}`)
  })
  return [...tables, ...parts]
}

function describeMissing(missing: readonly string[]): string {
  const names = missing.map((object) => /^\w+ \S+/.exec(object)?.[0] ?? object)
  const named = names.slice(0, NAMED_AT_MOST).join(', ')
  const more = names.length > NAMED_AT_MOST ? ` and ${names.length - NAMED_AT_MOST} more` : ''
  return `it lacks ${named}${more}`
}

const findLost = async (db: Queryable) => findLostRows(db, await listCountedTables(db))
const findWrong = async (db: Queryable) => [...(await findFaults(db)), ...(await findSequencesBehind(db))]

/** In words, or null when nothing was lost. */
export function describeLoss(lost: readonly RowCount[], wrong: readonly string[]): string | null {
  const words = [...lost.map(({ table, rows, written }) => `${table} has ${rows} of ${written} rows`), ...wrong]
  return words.length === 0 ? null : words.join(', ')
}

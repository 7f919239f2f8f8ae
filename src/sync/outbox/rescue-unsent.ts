/**
 * Everything without a verdict as the usual file (rule Q7), read past the app: when its databases can't be opened, were not upgraded,
 * or are of a newer version. Nothing is written, so it can be asked for again and again.
 */
import * as v from 'valibot'
import { JOURNAL_DB_NAME } from '../../db/journal/journal-db.ts'
import { readAsStored } from '../../db/read-as-stored.ts'
import { SALES_DB_NAME } from '../../db/sales/sales-db.ts'
import { readStored, toFile } from './unsent-file.ts'

/** `unknown`: how many of `count` stand in the file for support alone, because this version can't read them. */
export interface RescuedFile {
  readonly fileName: string
  readonly text: string
  readonly count: number
  readonly unknown: number
}

const rowSchema = v.object({ state: v.string(), place: v.number() })
/**
 * States of rows that need no rescue. An unknown state, as of a later version, counts as unsent: one row too many does no harm, since the
 * server books each once.
 */
const DONE: readonly string[] = ['accepted', 'settled', 'cancelled']

/** Rejects when the browser does not let the database be read. */
export async function rescueUnsent(now: number): Promise<RescuedFile> {
  // Until version 3 the store had the first name. Read in this order: an upgrade in between gives rows twice, and loses none.
  const before = await readAsStored(SALES_DB_NAME, 'pendingTransactions')
  const rows = before.length > 0 ? before : await readAsStored(SALES_DB_NAME, 'operations')
  const unsent = rows.flatMap((row) => {
    const { success, output } = v.safeParse(rowSchema, row)
    if (success && DONE.includes(output.state)) return []
    return { row: putAside(row), place: success ? output.place : Number.MAX_SAFE_INTEGER }
  })
  const { operations, unknown } = readStored(unsent.toSorted((a, b) => a.place - b.place).map(({ row }) => row))
  // Failures are only for support: without them the file is still whole.
  const failures = await readAsStored(JOURNAL_DB_NAME, 'failures').catch(() => [])
  const file = toFile(operations, null, now, { unknown, failures })
  return { ...file, count: operations.length + unknown.length, unknown: unknown.length }
}

/** What the app put aside because it couldn't read it (src/db/sales/unreadable.ts), as it was. */
function putAside(row: unknown): unknown {
  const aside = v.safeParse(v.object({ state: v.literal('unreadable'), stored: v.unknown() }), row)
  return aside.success ? aside.output.stored : row
}

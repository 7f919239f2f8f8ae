import pg from 'pg'
import { afterEach, inject } from 'vitest'
import { createScratchDatabase } from '../../e2e/support/scratch-database.ts'
import { openPgliteHere, type PgliteDatabase } from '../../server/database/pglite.ts'
import { openPostgres } from '../../server/database/postgres.ts'
import type { Database, Queryable } from '../../server/database.ts'
import { type EventSchemas, parseEvent } from '../../src/contract/events.ts'
import { openMigratedPglite } from '../support/migrated-pglite.ts'

/** The PostgreSQL server to test on; without it the tests run on PGlite, in sequence where it has only one session. */
export const SERVER_URL = process.env.TEST_DATABASE_URL

export const silentLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  isLevelEnabled: () => false,
}

const closers: (() => Promise<void>)[] = []

/** Runs after the test, last first. */
export function afterTest(close: () => Promise<void>): void {
  closers.push(close)
}

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

export interface TestDatabase {
  readonly db: Database
  /** A second server's way to the same database; on PGlite the same one, as there is only one session. */
  open(): Database
  /** Of PostgreSQL only. */
  readonly url: string | undefined
}

/** An empty database of its own, dropped after the test. */
export async function openEmptyDatabase(): Promise<TestDatabase> {
  if (SERVER_URL === undefined) {
    const db = await openPgliteHere()
    afterTest(() => db.close())
    return { db, open: () => db, url: undefined }
  }
  return await openOnServer(SERVER_URL)
}

async function openOnServer(server: string, template?: string): Promise<TestDatabase> {
  const { url, drop } = await createScratchDatabase(server, template)
  afterTest(drop)
  const open = () => {
    const db = openPostgres(url, silentLog)
    afterTest(() => db.close())
    return db
  }
  return { db: open(), open, url }
}

/** Name of the migrated database on the server, to be copied as `openMigratedPglite` copies files. Throws where there is no server. */
export function migratedTemplate(): string {
  const template = inject('postgresTemplate')
  if (template === null) throw new Error('no PostgreSQL server')
  return template
}

/** A migrated database with one merchant and two branches, 1 and 2. */
export async function openTestDatabase(): Promise<TestDatabase> {
  if (SERVER_URL !== undefined) {
    const database = await openOnServer(SERVER_URL, migratedTemplate())
    await addBranches(database.db)
    return database
  }
  const db = await openPreparedPglite()
  return { db, open: () => db, url: undefined }
}

/** The same, embedded whatever the tests run on. */
export async function openPreparedPglite(): Promise<PgliteDatabase> {
  const db = await openMigratedPglite()
  afterTest(() => db.close())
  await addBranches(db)
  return db
}

async function addBranches(db: Queryable): Promise<void> {
  await db.query(`INSERT INTO merchants (code, name) VALUES ('MCH-MST-001', 'Toko Sumber')`)
  await db.query(
    `INSERT INTO branches (merchant_id, code, name) VALUES (1, 'BRN-MST-OSK00001', 'Satu'), (1, 'BRN-MST-OSK00002', 'Dua')`,
  )
}

export async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

export interface Change {
  id: number
  branch_id: number
  seq: number
  kind: string
  event_type: string
  record_id: number
  data: Record<string, unknown>
  created_at: string
}

/** Only takes a place in the log (rule S6): clients know no such event, and pass over it. */
const PLACE_ONLY = 'operation_booked'

/** The log of a branch in order; every event in it must be one that clients accept. */
export async function readLog(db: Queryable, branchId: number, schemas?: EventSchemas): Promise<Change[]> {
  const changes = await db.query<Change>('SELECT * FROM changes WHERE branch_id = $1 ORDER BY seq', [branchId])
  for (const { event_type, created_at, seq, data } of changes) {
    const event = parseEvent({ event_type, timestamp: created_at, seq, epoch: 'test', data }, schemas)
    if (event.type !== (event_type === PLACE_ONLY ? 'unknown' : event_type))
      throw new Error(`${event_type} is not valid: ${JSON.stringify({ event, data })}`)
  }
  return changes
}

/** Inserts a product of branch 1, or another, and returns its id. */
export async function addProduct(
  db: Queryable,
  { branchId = 1, name = 'Beras 5 kg', stock = 0 } = {},
): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    'INSERT INTO products (branch_id, name, price, stock) VALUES ($1, $2, 15000, $3) RETURNING id',
    [branchId, name, stock],
  )
  if (!row) throw new Error('no product')
  return row.id
}

/** The only row of a query. */
export async function one<Row>(db: Queryable, sql: string, params: readonly unknown[] = []): Promise<Row> {
  const rows = await db.query<Row>(sql, params)
  const [row] = rows
  if (row === undefined || rows.length !== 1) throw new Error(`${rows.length} rows: ${sql}`)
  return row
}

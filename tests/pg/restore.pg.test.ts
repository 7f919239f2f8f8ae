import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalPostgres, startLocalPostgres } from '../../scripts/local-postgres.ts'
import { dumpDatabase } from '../../server/database/dump.ts'
import { openPgliteHere, type PgliteDatabase } from '../../server/database/pglite.ts'
import { openPostgres } from '../../server/database/postgres.ts'
import type { Database, Queryable } from '../../server/database.ts'
import { checkWhole } from '../../server/lifecycle/check-whole.ts'
import type { RestoreSign } from '../../server/lifecycle/judge-life.ts'
import { watchLog } from '../../server/lifecycle/watch-log.ts'
import { openWitnessFile } from '../../server/lifecycle/witness-file.ts'
import { migrate } from '../../server/migrate.ts'
import { ensureEpoch } from '../../server/sql/epoch.ts'
import { listObjects } from '../../server/sql/whole.ts'
import { sale, uploadOne } from './selling-support.ts'
import { addProduct, afterTest, asAdmin, one, openPreparedPglite, readLog, SERVER_URL, silentLog } from './support.ts'

/** Makes a shop, changes it after the backup was taken, and brings the backup back. */
type Way = readonly [name: string, sign: RestoreSign, restore: (fill: Fill) => Promise<Database>]
/** `before` the backup; `after` it, and lost by it. */
interface Fill {
  before(db: Database): Promise<void>
  after(db: Database): Promise<void>
}

let postgres: LocalPostgres
let names = 0

/** A new database in the cluster. */
async function createDatabase(): Promise<URL> {
  names += 1
  await asAdmin(postgres.url, `CREATE DATABASE shop_${names}`)
  const url = new URL(postgres.url)
  url.pathname = `/shop_${names}`
  return url
}

function open(url: URL): Database {
  const db = openPostgres(url.href, silentLog)
  afterTest(() => db.close())
  return db
}

const onServer: readonly Way[] = [
  [
    'pg_dump, a new database',
    'database',
    async (fill) => {
      const url = await createDatabase()
      await using(url, fill.before)
      const dump = postgres.run('pg_dump', [url.href])
      await using(url, fill.after)
      const target = await createDatabase()
      postgres.run('psql', ['-q', '-X', '-v', 'ON_ERROR_STOP=1', '-d', target.href], dump)
      return open(target)
    },
  ],
  [
    'pg_dump --clean --inserts, psql into the same database',
    'row',
    async (fill) => {
      const url = await createDatabase()
      await using(url, fill.before)
      const dump = postgres.run('pg_dump', ['--clean', '--if-exists', '--inserts', url.href])
      await using(url, fill.after)
      postgres.run('psql', ['-q', '-X', '-v', 'ON_ERROR_STOP=1', '-d', url.href], dump)
      return open(url)
    },
  ],
  [
    'pg_dump -Fc, a new database',
    'database',
    async (fill) => {
      const url = await createDatabase()
      await using(url, fill.before)
      const dump = postgres.run('pg_dump', ['-Fc', url.href])
      await using(url, fill.after)
      const target = await createDatabase()
      postgres.run('pg_restore', ['--exit-on-error', '-d', target.href], dump)
      return open(target)
    },
  ],
  [
    'pg_dump -Fc, pg_restore --clean into the same database',
    'row',
    async (fill) => {
      const url = await createDatabase()
      await using(url, fill.before)
      const dump = postgres.run('pg_dump', ['-Fc', url.href])
      await using(url, fill.after)
      postgres.run('pg_restore', ['--exit-on-error', '--clean', '--if-exists', '-d', url.href], dump)
      return open(url)
    },
  ],
  [
    'pg_basebackup',
    'witness',
    async (fill) => {
      const url = await createDatabase()
      await using(url, fill.before)
      const copy = await postgres.copy()
      afterTest(copy.stop)
      await using(url, fill.after)
      const target = new URL(copy.url)
      target.pathname = url.pathname
      return open(target)
    },
  ],
]

const embedded: readonly Way[] = [
  [
    'a copy of the embedded database',
    'witness',
    async (fill) => {
      const db = await openPreparedPglite()
      await fill.before(db)
      const file = await dumpDatabase(db)
      await fill.after(db)
      const copy: PgliteDatabase = await openPgliteHere({ dump: file })
      afterTest(() => copy.close())
      return copy
    },
  ],
]

async function using(url: URL, work: (db: Database) => Promise<void>): Promise<void> {
  const db = openPostgres(url.href, silentLog)
  await work(db).finally(() => db.close())
}

/** Every row of every table. */
async function readEverything(db: Queryable): Promise<Record<string, string>> {
  const tables = await db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
  )
  const contents: Record<string, string> = {}
  for (const { name } of tables) {
    const { rows } = await one<{ rows: string }>(
      db,
      `SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') AS rows FROM "${name}" t`,
    )
    contents[name] = rows
  }
  return contents
}

/** The last number that each sequence has given out. */
async function readSequences(db: Queryable): Promise<Map<string, number>> {
  const rows = await db.query<{ name: string; last: number | null }>(
    `SELECT sequencename AS name, last_value AS last FROM pg_sequences WHERE schemaname = 'public'`,
  )
  return new Map(rows.map(({ name, last }) => [name, last ?? 0]))
}

async function fillShop(db: Database): Promise<void> {
  await migrate(db)
  if ((await db.query('SELECT FROM merchants')).length === 0) {
    await db.query(`INSERT INTO merchants (code, name) VALUES ('MCH-MST-001', repeat('é', 400))`)
    await db.query(
      `INSERT INTO branches (merchant_id, code, name) VALUES (1, 'BRN-MST-OSK00001', 'Satu'), (1, 'BRN-MST-OSK00002', 'Dua')`,
    )
  }
  await db.query(`INSERT INTO devices (id, branch_id, name, token_hash) VALUES ('DEV-A', 1, 'Kasir', 'hash')`)
  await db.query(`INSERT INTO staff (branch_id, name, role, pin_hash) VALUES (1, 'Sari', 'owner', 'hash')`)
  await db.query(`INSERT INTO settings (branch_id, "values", updated_at) VALUES (1, '{}', '2026-01-01T00:00:00Z')`)
  const rice = await addProduct(db, { name: 'é'.repeat(400), stock: 10 })
  const gone = await addProduct(db, { stock: 3 })
  await db.query('DELETE FROM products WHERE id = $1', [gone])
  await uploadOne(db, { transactions: [sale([{ product_id: rice, quantity: 2 }])] })
}

/** As a server with this DATA_DIR starts and stops; what it takes for the sign of a restore. */
async function serve(db: Database, dataDir: string): Promise<RestoreSign | null> {
  const file = openWitnessFile(dataDir)
  if (!file) throw new Error('no place for a note')
  const life = await ensureEpoch(db, { uncleanStart: false, note: file.read() })
  await (await watchLog({ db, file, life, log: silentLog })).stop()
  return life.sign
}

beforeAll(async () => {
  if (SERVER_URL !== undefined) postgres = await startLocalPostgres()
})
afterAll(async () => {
  await postgres?.stop()
})

// With TEST_DATABASE_URL a cluster of its own, because it is copied whole; else what the embedded database knows.
describe('a backup that was restored', () => {
  test.each(SERVER_URL === undefined ? embedded : onServer)(
    '[S6] is equal to what was backed up, whole, noticed, and goes on: %s',
    async (_name, sign, restore) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'mstore-restore-'))
      afterTest(async () => rmSync(dataDir, { recursive: true, force: true }))
      let rows: Record<string, string> = {}
      let objects: string[] = []
      let sequences = new Map<string, number>()
      const restored = await restore({
        async before(db) {
          await fillShop(db)
          expect(await serve(db, dataDir)).toBe(null)
          rows = await readEverything(db)
          objects = await listObjects(db)
          sequences = await readSequences(db)
        },
        async after(db) {
          await uploadOne(db, { transactions: [sale([{ product_id: 1, quantity: 1 }])] })
          expect(await serve(db, dataDir)).toBe(null)
        },
      })
      expect(await readEverything(restored)).toEqual(rows)
      expect(await listObjects(restored)).toEqual(objects)
      // Recovery of a copied cluster leaves numbers out, and gives none out twice.
      for (const [name, last] of await readSequences(restored))
        expect(last, name).toBeGreaterThanOrEqual(sequences.get(name) ?? 0)
      expect(sequences.get('transactions_id_seq')).toBe(1)
      expect(await migrate(restored)).toEqual([])
      await checkWhole(restored)
      expect(await serve(restored, dataDir)).toBe(sign)
      expect(await serve(restored, dataDir)).toBe(null)
      const sold = await uploadOne(restored, { transactions: [sale([{ product_id: 1, quantity: 3 }])] })
      expect(sold.success).toBe(true)
      expect(await one(restored, 'SELECT stock FROM products WHERE id = 1')).toEqual({ stock: 5 })
      const log = await readLog(restored, 1)
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
    },
  )

  test.each(SERVER_URL === undefined ? [] : ['pg_restore --single-transaction --clean'])(
    '[S6] is noticed by a server that runs meanwhile, and what was lost is booked again once: %s',
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'mstore-restore-'))
      afterTest(async () => rmSync(dataDir, { recursive: true, force: true }))
      const url = await createDatabase()
      const db = open(url)
      await fillShop(db)
      const file = openWitnessFile(dataDir)
      if (!file) throw new Error('no place for a note')
      const life = await ensureEpoch(db, { uncleanStart: false, note: null })
      const watch = await watchLog({ db, file, life, log: silentLog })
      const dump = postgres.run('pg_dump', ['-Fc', url.href])
      const lost = { transactions: [sale([{ product_id: 1, quantity: 1 }])] }
      const booked = await uploadOne(db, lost)
      expect(booked).toMatchObject({ success: true, epoch: life.epoch })
      postgres.run('pg_restore', ['--single-transaction', '--clean', '--if-exists', '-d', url.href], dump)
      expect(await one(db, 'SELECT count(*) FROM operations')).toEqual({ count: 1 })
      await watch.check()
      for (let time = 0; time < 2; time += 1) {
        const again = await uploadOne(db, lost)
        expect(again.success).toBe(true)
        expect(again.epoch).not.toBe(life.epoch)
      }
      expect(await one(db, 'SELECT count(*) FROM operations')).toEqual({ count: 2 })
      expect(await one(db, 'SELECT stock FROM products WHERE id = 1')).toEqual({ stock: 7 })
      await watch.stop()
      await checkWhole(db)
    },
  )
})

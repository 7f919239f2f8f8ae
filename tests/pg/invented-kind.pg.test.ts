/** A kind of record is a declaration, a migration and the server's word on where its rows lie: what the database does with it by that alone. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Queryable } from '../../server/database.ts'
import { checkWhole } from '../../server/lifecycle/check-whole.ts'
import { listRows } from '../../server/sql/pages.ts'
import { ROW_SOURCES, serveRecords } from '../../server/sql/resources.ts'
import { RECORDS } from '../../src/contract/records/registry.ts'
import {
  PROMOTION_RESOURCE,
  PROMOTION_SQL,
  RECORDS_WITH_PROMOTION,
  SERVED_WITH_PROMOTION,
} from '../support/invented-kind.ts'
import { type Change, one, openTestDatabase, readLog, type TestDatabase } from './support.ts'

async function openShop(): Promise<TestDatabase> {
  const database = await openTestDatabase()
  await database.db.script(PROMOTION_SQL)
  return database
}

const add = (db: Queryable, id: number, title = 'Akhir pekan', branchId = 1) =>
  db.query('INSERT INTO promotions (id, branch_id, title, percent) VALUES ($1, $2, $3, 12.50)', [id, branchId, title])

/** The branch's log; each event is one that the declaration takes. */
const logOf = (db: Queryable, branchId = 1) => readLog(db, branchId, RECORDS_WITH_PROMOTION.events)

const told = (log: readonly Change[]) => log.map(({ event_type: type, data }) => [type, data.id, data.version])

/** What a counter has that applied the whole log. Throws when a version does not grow. */
function replay(log: readonly Change[]): unknown[] {
  const rows = new Map<unknown, unknown>()
  const versions = new Map<unknown, number>()
  for (const { event_type: type, data } of log) {
    const { id, version } = data
    const known = versions.get(id) ?? 0
    if (typeof version !== 'number' || version <= known) throw new Error(`${id}: version ${version} after ${known}`)
    versions.set(id, version)
    if (type === 'promotion_removed') rows.delete(id)
    else rows.set(id, data)
  }
  return [...rows].sort(([a], [b]) => Number(a) - Number(b)).map(([, row]) => row)
}

const [SOURCE] = SERVED_WITH_PROMOTION.filter(({ name }) => name === PROMOTION_RESOURCE.name).map(
  ({ source }) => source,
)
if (!SOURCE) throw new Error('it is not served')

describe('an invented kind', () => {
  test('[S1] each statement is told in its order, whole, on its topic', async () => {
    const { db } = await openShop()
    await add(db, 7)
    await db.query(`UPDATE promotions SET percent = 15`)
    await db.query('DELETE FROM promotions')
    await add(db, 7, 'Lebaran')
    const log = await logOf(db)
    expect(log.map(({ seq, kind, record_id: id }) => [seq, kind, id])).toEqual(
      [1, 2, 3, 4].map((n) => [n, 'branch', 7]),
    )
    expect(log.map(({ event_type: type, data }) => [type, data])).toEqual([
      ['promotion_changed', { id: 7, title: 'Akhir pekan', percent: 12.5, version: 1 }],
      ['promotion_changed', { id: 7, title: 'Akhir pekan', percent: 15, version: 2 }],
      ['promotion_removed', { id: 7, version: 3 }],
      ['promotion_changed', { id: 7, title: 'Lebaran', percent: 12.5, version: 4 }],
    ])
  })

  test('[S3] its version is no writer’s: nothing changed, nothing told; an id goes on from its tombstone', async () => {
    const { db } = await openShop()
    await db.query(`INSERT INTO promotions (id, branch_id, title, percent, version) VALUES (7, 1, 'A', 1, 99)`)
    await db.query(`UPDATE promotions SET version = 50`)
    await db.query(`UPDATE promotions SET title = 'A', percent = 1.00`)
    expect(told(await logOf(db))).toEqual([['promotion_changed', 7, 1]])
    await db.query(`UPDATE promotions SET title = 'B', version = 1`)
    await db.query('DELETE FROM promotions')
    expect(await one(db, `SELECT kind, record_id, version FROM tombstones`)).toEqual({
      kind: 'promotion',
      record_id: 7,
      version: 3,
    })
    // In one transaction too; a writer is told the version.
    await db.transaction(async (tx) => {
      const again = `INSERT INTO promotions (id, branch_id, title, percent) VALUES (7, 1, 'C', 1) RETURNING version`
      expect(await one(tx, again)).toEqual({ version: 4 })
      await tx.query('DELETE FROM promotions')
      await add(tx, 7)
    })
    expect(told(await logOf(db)).slice(-3)).toEqual([
      ['promotion_changed', 7, 4],
      ['promotion_removed', 7, 5],
      ['promotion_changed', 7, 6],
    ])
    await expect(db.query('UPDATE promotions SET id = 8')).rejects.toThrow('the id of promotion 7 can not change')
  })

  test('[S3] also when the insert had to wait for the delete', async () => {
    const { db, open } = await openShop()
    const other = open()
    await add(db, 7)
    let insert: Promise<unknown> = Promise.resolve()
    await db.transaction(async (tx) => {
      await tx.query('DELETE FROM promotions')
      if (db.driver === 'pglite') return
      insert = add(other, 7)
      const waiting = `SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
      await expect.poll(() => one<{ n: number }>(db, waiting)).toEqual({ n: 1 })
    })
    if (db.driver === 'pglite') insert = add(other, 7)
    await insert
    expect(told(await logOf(db))).toEqual([
      ['promotion_changed', 7, 1],
      ['promotion_removed', 7, 2],
      ['promotion_changed', 7, 3],
    ])
    expect(await one(db, 'SELECT version FROM promotions')).toEqual({ version: 3 })
  })

  test('[S1] one that moves to another branch is removed here and appears there', async () => {
    const { db } = await openShop()
    await add(db, 7)
    await db.query('UPDATE promotions SET branch_id = 2')
    await db.query('UPDATE promotions SET branch_id = 1')
    expect(told(await logOf(db))).toEqual([
      ['promotion_changed', 7, 1],
      ['promotion_removed', 7, 2],
      ['promotion_changed', 7, 3],
    ])
    expect(told(await logOf(db, 2))).toEqual([
      ['promotion_changed', 7, 2],
      ['promotion_removed', 7, 3],
    ])
    expect(await db.query('SELECT FROM tombstones')).toEqual([])
  })

  test('[S3] the log tells all and versions only grow, under any sequence of statements of two writers', async () => {
    const { db, open } = await openShop()
    const writers = [db, open()]
    const statement = fc.constantFrom(
      `INSERT INTO promotions (id, branch_id, title, percent) VALUES ($1, 1, 'A', $2) ON CONFLICT DO NOTHING`,
      `INSERT INTO promotions AS p (id, branch_id, title, percent) VALUES ($1, 2, 'B', $2)
         ON CONFLICT (id) DO UPDATE SET percent = p.percent + 1`,
      `UPDATE promotions SET percent = percent + 1 WHERE id >= $1`,
      `UPDATE promotions SET branch_id = 3 - branch_id, version = 1 WHERE id = $1`,
      `DELETE FROM promotions WHERE id = $1`,
    )
    const writer = fc.array(fc.tuple(statement, fc.integer({ min: 1, max: 3 })), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(writer, writer, async (...written) => {
        await Promise.all(
          written.map(async (statements, index) => {
            for (const [sql, id] of statements) await writers[index]?.query(sql, sql.includes('$2') ? [id, id] : [id])
          }),
        )
        for (const branchId of [1, 2]) {
          expect(replay(await logOf(db, branchId))).toEqual(await listRows(db, SOURCE, branchId))
        }
      }),
      { numRuns: 40 },
    )
  })

  test('[S1] whatever the search_path; TRUNCATE is refused; rows are counted, and the database is whole', async () => {
    const { db } = await openShop()
    await checkWhole(db)
    await db.transaction(async (tx) => {
      await tx.query(`SELECT set_config('search_path', '', true)`)
      await tx.query(`INSERT INTO public.promotions (branch_id, title, percent) VALUES (1, 'A', 1), (1, 'B', 2)`)
      await tx.query(`UPDATE public.promotions SET percent = 3 WHERE title = 'A'`)
      await tx.query(`DELETE FROM public.promotions WHERE title = 'B'`)
    })
    expect((await logOf(db)).map(({ event_type: type }) => type)).toEqual([
      'promotion_changed',
      'promotion_changed',
      'promotion_changed',
      'promotion_removed',
    ])
    await expect(db.query('TRUNCATE promotions')).rejects.toThrow('TRUNCATE promotions is refused')
    await checkWhole(db)
    await db.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica')
      await tx.query('DELETE FROM promotions')
    })
    await expect(checkWhole(db)).rejects.toThrow('promotions has 0 of 1 rows')
  })

  test('an id that a writer brings is not drawn again; one that is refused moves no sequence', async () => {
    const { db } = await openShop()
    await add(db, 40)
    await expect(add(db, 2 ** 53)).rejects.toThrow('promotions_id_check')
    await db.query(`INSERT INTO promotions (branch_id, title, percent) VALUES (1, 'A', 1)`)
    expect((await db.query<{ id: number }>('SELECT id FROM promotions ORDER BY id')).map(({ id }) => id)).toEqual([
      40, 41,
    ])
    await checkWhole(db)
  })

  test('its migration fails when its table or its function is none of a record', async () => {
    const { db } = await openShop()
    await db.script('CREATE TABLE bare (id bigint); CREATE TABLE kept (id bigint, branch_id bigint, version bigint)')
    const keep = (table: string, kind: string, wire: string) =>
      db.query(`SELECT keep_records($1::text::regclass, $2, 'branch', $3)`, [table, kind, wire])
    await expect(keep('bare', 'bare', 'promotion_json')).rejects.toThrow('branch_id')
    await expect(keep('kept', 'kept', 'promotion_json')).rejects.toThrow('promotion_json')
    await expect(keep('promotions', 'x; DROP', 'promotion_json')).rejects.toThrow('not a name of a kind')
  })

  test('is not served before it is said from where, with a version for each kind in its rows', () => {
    const source = { table: 'promotions', toJson: 'promotion_json', versions: ['version'] }
    const serve = (given: Partial<typeof source>) =>
      serveRecords(RECORDS_WITH_PROMOTION, new Map([...ROW_SOURCES, ['promotion', { ...source, ...given }]]))
    expect(serveRecords(RECORDS, ROW_SOURCES)).toHaveLength(RECORDS.resources.length)
    expect(() => serveRecords(RECORDS_WITH_PROMOTION, ROW_SOURCES)).toThrow('promotion is served from no table')
    expect(() => serve({ table: 'promotions; --' })).toThrow('not a name of SQL')
    expect(() => serve({ versions: [] })).toThrow('one version for each kind')
    expect(serve({})).toEqual(SERVED_WITH_PROMOTION)
  })
})

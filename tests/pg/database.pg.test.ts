import { describe, expect, test, vi } from 'vitest'
import { asParty } from '../../server/database/party.ts'
import { errorCode } from '../../server/database/retry.ts'
import { one, openEmptyDatabase } from './support.ts'

const TERMINATE = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`

describe('both drivers', () => {
  test('read values alike', async () => {
    const { db } = await openEmptyDatabase()
    const row = await one(
      db,
      `SELECT 1.500::numeric AS quantity, 9007199254740991::bigint AS id, '{"a": [1.5]}'::jsonb AS value, NULL::bigint AS nothing,
              '2025-10-15 04:30:00.123456+07'::timestamptz AS moment, '1969-12-31Z'::timestamptz AS early, true AS yes, $1::text AS text`,
      ['é'],
    )
    expect(row).toEqual({
      quantity: 1.5,
      id: Number.MAX_SAFE_INTEGER,
      value: { a: [1.5] },
      nothing: null,
      moment: '2025-10-14T21:30:00.123Z',
      early: '1969-12-31T00:00:00.000Z',
      yes: true,
      text: 'é',
    })
    await expect(db.query('SELECT 9007199254740992::bigint AS id')).rejects.toThrow(RangeError)
    expect(
      await one(db, 'SELECT $1::numeric * 2 AS n, $2::bigint[] AS ids, $3::text AS nothing', [0.125, [1, 2], null]),
    ).toMatchObject({ n: 0.25, nothing: null })
  })

  test('errors keep their SQLSTATE, and a failed transaction leaves nothing', async () => {
    const { db } = await openEmptyDatabase()
    await db.script('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)')
    const twice = db.transaction(async (tx) => {
      await tx.query('INSERT INTO t VALUES (2)')
      await tx.query('INSERT INTO t VALUES (1)')
    })
    expect(errorCode(await twice.catch((error: unknown) => error))).toBe('23505')
    await expect(db.script('INSERT INTO t VALUES (3); SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' })
    expect(await db.query('SELECT id FROM t')).toEqual([{ id: 1 }])
  })

  test('a backlog of one party keeps another waiting for no more than a turn', async () => {
    const { db } = await openEmptyDatabase()
    // To open a connection costs more than many turns: each party has its own before anything is counted.
    const warm = (party: string) => asParty(party, () => db.query('SELECT pg_sleep(0.02)'))
    await Promise.all(['flood', 'other'].flatMap((party) => Array.from({ length: 5 }, () => warm(party))))
    let ended = 0
    const flood = asParty('flood', () =>
      Array.from({ length: 60 }, async () => {
        await db.transaction((tx) => tx.query('SELECT count(*) FROM generate_series(1, 20000)'))
        ended += 1
      }),
    )
    for (let time = 0; time < 3; time += 1) await asParty('other', () => db.query('SELECT 1'))
    // First come, first served, the first of them would have waited for fifty.
    expect(ended).toBeLessThan(30)
    await Promise.all(flood)
    expect(ended).toBe(60)
  })

  test('[S5] hints arrive until they are not wanted any more', async () => {
    const { db } = await openEmptyDatabase()
    const onHint = vi.fn()
    const stop = await db.listen('some_channel', onHint)
    await db.query('NOTIFY some_channel')
    await vi.waitFor(() => expect(onHint).toHaveBeenCalledOnce())
    await stop()
    await db.query('NOTIFY some_channel')
    await db.query('SELECT 1')
    expect(onHint).toHaveBeenCalledOnce()
  })

  test('[S5] connections that the server ends come back by themselves, with one hint', async () => {
    const { db, open } = await openEmptyDatabase()
    const onHint = vi.fn()
    await db.listen('some_channel', onHint)
    // One session has no connection to lose.
    if (db.driver === 'pglite') return
    await expect(
      db.transaction(async (tx) => {
        await open().query(TERMINATE)
        await tx.query('SELECT 1')
      }),
    ).rejects.toThrow()
    await vi.waitFor(() => expect(onHint).toHaveBeenCalledOnce(), { timeout: 10_000 })
    expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
    await db.query('NOTIFY some_channel')
    await vi.waitFor(() => expect(onHint).toHaveBeenCalledTimes(2), { timeout: 10_000 })
  })
})

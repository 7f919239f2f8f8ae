import type { Worker } from 'node:worker_threads'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { openPglite, type PgliteDatabase } from '../../server/database/pglite.ts'
import { errorCode } from '../../server/database/retry.ts'
import { afterTest } from './support.ts'

let dump: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  const db = await openPglite()
  await db.script('CREATE TABLE t (id int PRIMARY KEY CONSTRAINT small CHECK (id < 100)); INSERT INTO t VALUES (1)')
  dump = await db.dump('none')
  await db.close()
})

/** A database in a thread of its own, with a table `t` of one row. */
async function open(onLost = vi.fn()): Promise<{ db: PgliteDatabase; onLost: typeof onLost; thread: Worker }> {
  const threads: Worker[] = []
  const note = (thread: Worker) => threads.push(thread)
  process.on('worker', note)
  const db = await openPglite({ dump, onLost })
  process.off('worker', note)
  afterTest(() => db.close().catch(() => undefined))
  const [thread] = threads
  if (!thread) throw new Error('There is no thread')
  return { db, onLost, thread }
}

const ids = async (db: PgliteDatabase) =>
  (await db.query<{ id: number }>('SELECT id FROM t ORDER BY id')).map(({ id }) => id)

describe('the embedded database in a thread of its own', () => {
  test('works while the server goes on', async () => {
    const { db } = await open()
    let ticks = 0
    const ticking = setInterval(() => {
      ticks += 1
    }, 1)
    await db.query('SELECT count(*) FROM generate_series(1, 3000000)')
    clearInterval(ticking)
    expect(ticks).toBeGreaterThan(5)
  })

  test('reads values as the driver in the own thread does', async () => {
    const { db } = await open()
    const [row] = await db.query(
      `SELECT 1.500::numeric AS quantity, 9007199254740991::bigint AS id, '{"a": [1.5]}'::jsonb AS value, NULL::bigint AS nothing,
              '2025-10-15 04:30:00.123456+07'::timestamptz AS moment, $1::text AS text, $2::bigint[] AS ids`,
      ['é', [1, 2]],
    )
    expect(row).toEqual({
      quantity: 1.5,
      id: Number.MAX_SAFE_INTEGER,
      value: { a: [1.5] },
      nothing: null,
      moment: '2025-10-14T21:30:00.123Z',
      text: 'é',
      ids: [1, 2],
    })
    await expect(db.query('SELECT 9007199254740992::bigint AS id')).rejects.toThrow(RangeError)
  })

  test('errors keep SQLSTATE, message and fields, and not the parameters', async () => {
    const { db } = await open()
    const error: unknown = await db.query('INSERT INTO t VALUES ($1)', [1000]).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: '23514', constraint: 'small', table: 't' })
    expect(error).toHaveProperty('message', expect.stringContaining('violates check constraint "small"'))
    expect(JSON.stringify({ ...(error as object) })).not.toContain('"params"')
    await expect(db.query('SELECT $1', [() => undefined])).rejects.toThrow()
    expect(await ids(db)).toEqual([1])
  })

  test('a transaction is alone, sees its own writes, and leaves nothing when it fails', async () => {
    const { db } = await open()
    const order: string[] = []
    const slow = db.transaction(async (tx) => {
      await tx.query('INSERT INTO t VALUES (2)')
      await new Promise((resolve) => setImmediate(resolve))
      order.push('transaction')
      expect(await tx.query('SELECT count(*)::int AS n FROM t')).toEqual([{ n: 2 }])
      throw new Error('undone')
    })
    const beside = ids(db).then((seen) => {
      order.push('beside')
      return seen
    })
    await expect(slow).rejects.toThrow('undone')
    expect(await beside).toEqual([1])
    expect(order).toEqual(['transaction', 'beside'])
    await expect(db.script('INSERT INTO t VALUES (3); SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' })
    const failing = db.transaction((tx) => tx.query('INSERT INTO t VALUES (1)'))
    expect(errorCode(await failing.catch((thrown: unknown) => thrown))).toBe('23505')
    expect(await ids(db)).toEqual([1])
  })

  test('nothing gets into a transaction that is over', async () => {
    const { db } = await open()
    const kept = await db.transaction(async (tx) => tx)
    await expect(kept.query('SELECT 1')).rejects.toThrow('over')
  })

  test('[S5] hints arrive, for each who listens until he stops', async () => {
    const { db } = await open()
    const [first, second] = [vi.fn(), vi.fn()]
    const stopFirst = await db.listen('a "channel"', first)
    const stopSecond = await db.listen('a "channel"', second)
    await db.query('NOTIFY "a ""channel"""')
    await vi.waitFor(() => expect(second).toHaveBeenCalledOnce())
    await stopFirst()
    await db.query('NOTIFY "a ""channel"""')
    await vi.waitFor(() => expect(second).toHaveBeenCalledTimes(2))
    await stopSecond()
    await db.query('NOTIFY "a ""channel"""')
    await db.query('SELECT 1')
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2])
  })

  test('what would go deeper than the stack is an error, and the database goes on', async () => {
    const { db } = await open()
    for (const depth of [3_000, 200_000]) {
      const deep = db.query(`SELECT length((repeat('[', $1) || repeat(']', $1))::jsonb::text) AS n`, [depth])
      if (depth === 3_000) expect(await deep).toEqual([{ n: 6_000 }])
      else await expect(deep).rejects.toMatchObject({ code: '54001' })
    }
    expect(await ids(db)).toEqual([1])
  })

  test('when it dies, all that waits and all that comes is refused as "away", and it is told once', async () => {
    const { db, onLost, thread } = await open()
    const waiting = [db.query('SELECT pg_sleep(600)'), db.query('SELECT 1')]
    const outcomes = Promise.allSettled(waiting)
    await thread.terminate()
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: '57P01' } })
    await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: '57P01' })
    await expect(db.close(), 'the folder must not count as cleanly left').rejects.toMatchObject({ code: '57P01' })
    expect(onLost).toHaveBeenCalledOnce()
  })

  test('closes after what was asked before, ends its thread, and says so to whoever comes later', async () => {
    const { db, onLost, thread } = await open()
    const ended = new Promise((resolve) => thread.once('exit', resolve))
    const before = ids(db)
    await db.close()
    expect(await before).toEqual([1])
    await ended
    await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: '57P01' })
    expect(onLost).not.toHaveBeenCalled()
  })

  test('that can not open says why', async () => {
    await expect(openPglite({ dump: new Uint8Array([1, 2, 3]) })).rejects.toThrow()
  })
})

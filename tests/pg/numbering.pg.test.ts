import { describe, expect, test } from 'vitest'
import type { Queryable } from '../../server/database.ts'
import { readLogPosition } from '../../server/sql/changes.ts'
import { addProduct, one, openTestDatabase, readLog } from './support.ts'

const WRITERS = 8
const ROUNDS = 25

const WAITING = `SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`

class Rollback extends Error {}

describe('[S2] positions in the log', () => {
  test(`[S2] no holes and commit order under ${WRITERS} writers with rollbacks and savepoints`, async () => {
    const { db } = await openTestDatabase()
    const products = await Promise.all(Array.from({ length: WRITERS }, () => addProduct(db)))
    const start = (await readLogPosition(db, 1)).seq
    let isWriting = true
    let committed = 0

    const write = async (product: number, writer: number) => {
      for (let round = 0; round < ROUNDS; round++) {
        const isDiscarded = (round + writer) % 5 === 0
        await db
          .transaction(async (tx) => {
            await tx.query('UPDATE products SET stock = stock + 1 WHERE id = $1', [product])
            await tx.query('SAVEPOINT s')
            await tx.query('UPDATE products SET price = price + 1 WHERE id = $1', [product])
            if (round % 2 === 0) await tx.query('ROLLBACK TO SAVEPOINT s')
            if (isDiscarded) throw new Rollback()
          })
          .then(
            () => {
              committed += round % 2 === 0 ? 2 : 3
            },
            (error: unknown) => {
              if (!(error instanceof Rollback)) throw error
            },
          )
      }
    }
    /** Follows the log as a client does: what it has read must never be preceded by something that commits later. */
    const follow = async () => {
      let cursor = start
      for (let isLast = false; !isLast; ) {
        isLast = !isWriting
        const rows = await db.query<{ seq: number }>(
          'SELECT seq FROM changes WHERE branch_id = 1 AND seq > $1 ORDER BY seq',
          [cursor],
        )
        for (const { seq } of rows) {
          expect(seq).toBe(cursor + 1)
          cursor = seq
        }
      }
      return cursor
    }

    const following = follow()
    await Promise.all(products.map(write)).finally(() => {
      isWriting = false
    })
    expect(await following).toBe(start + committed)
    expect((await readLogPosition(db, 1)).seq).toBe(start + committed)
    expect(await db.query('SELECT id FROM changes WHERE seq IS NULL')).toEqual([])
    await readLog(db, 1)
  })

  test('[S2] two branches in opposite orders in one transaction each do not deadlock', async () => {
    const { db } = await openTestDatabase()
    const [a1, a2] = [await addProduct(db, { branchId: 1 }), await addProduct(db, { branchId: 2 })]
    const [b1, b2] = [await addProduct(db, { branchId: 1 }), await addProduct(db, { branchId: 2 })]
    let attempts = 0
    for (let round = 0; round < 20; round++) {
      let arrived = 0
      let open: () => void = () => undefined
      const both = new Promise<void>((resolve) => {
        open = resolve
      })
      const transfer = (products: readonly number[]) =>
        db.transaction(async (tx) => {
          attempts += 1
          for (const id of products) await tx.query('UPDATE products SET stock = stock + 1 WHERE id = $1', [id])
          arrived += 1
          // One session knows no "at the same time".
          if (arrived === 2 || db.driver === 'pglite') open()
          await both
        })
      await Promise.all([transfer([a1, a2]), transfer([b2, b1])])
    }
    expect(attempts).toBe(40)
    for (const branchId of [1, 2]) {
      const seqs = (await readLog(db, branchId)).map((change) => change.seq)
      expect(seqs).toEqual(seqs.map((_, index) => index + 1))
    }
  })

  test('[S2] counters are locked in branch order, whatever order the changes had', async () => {
    const { db, open } = await openTestDatabase()
    const [a1, a2] = [await addProduct(db, { branchId: 1 }), await addProduct(db, { branchId: 2 })]
    const change = (tx: Queryable) => tx.query('UPDATE products SET price = 1 WHERE id IN ($1, $2)', [a1, a2])
    // One session knows no waiting.
    if (db.driver === 'pglite') return void (await change(db))
    const other = open()
    const lockCounter = 'SELECT seq FROM branch_seq WHERE branch_id = $1 FOR UPDATE NOWAIT'
    let commit: Promise<unknown> = Promise.resolve()
    await db.transaction(async (tx) => {
      await tx.query(lockCounter, [1])
      commit = other.transaction(async (second) => {
        for (const id of [a2, a1]) await second.query('UPDATE products SET price = 1 WHERE id = $1', [id])
      })
      await expect.poll(() => one<{ n: number }>(db, WAITING)).toEqual({ n: 1 })
      // It waits for the first counter without holding the second.
      await expect(db.query(lockCounter, [2])).resolves.toHaveLength(1)
    })
    await commit
  })

  test('[S2] one update of 10,000 rows commits in linear time', async () => {
    const { db } = await openTestDatabase()
    await db.query(`INSERT INTO products (branch_id, name) SELECT 1, 'Barang ' || n FROM generate_series(1, 10000) n`)
    const timed = async (rows: number) => {
      const start = performance.now()
      await db.query('UPDATE products SET stock = stock + 1 WHERE id <= $1', [rows])
      return performance.now() - start
    }
    // The first stock makes the places.
    await timed(10_000)
    const small = Math.min(await timed(2_000), await timed(2_000))
    const large = await timed(10_000)
    // Five times the rows; quadratic numbering took twenty-five times as long.
    expect(large / small).toBeLessThan(12)
    const log = await one<{ amount: number; last: number }>(
      db,
      'SELECT count(*) AS amount, max(seq) AS last FROM changes WHERE branch_id = 1',
    )
    expect(log.amount).toBe(log.last)
  })

  test('[S2] numbering stays fast while the log grows', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    const timed = async (updates: number) => {
      const start = performance.now()
      for (let n = 0; n < updates; n++) await db.query('UPDATE products SET price = price + 1 WHERE id = $1', [id])
      return (performance.now() - start) / updates
    }
    await timed(50)
    const early = await timed(100)
    await db.query(`INSERT INTO products (branch_id, name) SELECT 1, 'Barang ' || n FROM generate_series(1, 20000) n`)
    await timed(50)
    const late = await timed(100)
    expect(late / early).toBeLessThan(5)
  })

  test('[S1] what is rolled back is never seen, and takes no position', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    const before = await readLogPosition(db, 1)
    await expect(
      db.transaction(async (tx) => {
        await tx.query('UPDATE products SET stock = 5 WHERE id = $1', [id])
        throw new Rollback()
      }),
    ).rejects.toThrow(Rollback)
    expect(await readLogPosition(db, 1)).toEqual(before)
    await db.query('UPDATE products SET stock = 6 WHERE id = $1', [id])
    expect((await readLog(db, 1)).at(-1)?.seq).toBe(before.seq + 2)
  })

  test('[S2] the changes of one transaction keep the order in which they were made', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    await db.transaction(async (tx) => {
      for (let price = 1; price <= 5; price++)
        await tx.query('UPDATE products SET price = $1 WHERE id = $2', [price, id])
    })
    const log = await readLog(db, 1)
    expect(log.slice(1).map((change) => [change.seq, change.data.price])).toEqual(
      [1, 2, 3, 4, 5].map((n) => [n + 1, n]),
    )
  })

  test('[S2] a transaction that makes its constraints immediate keeps the numbering whole', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    await db.transaction(async (tx) => {
      await tx.query('UPDATE products SET price = 1 WHERE id = $1', [id])
      await tx.query('SET CONSTRAINTS ALL IMMEDIATE')
      await tx.query('UPDATE products SET price = 2 WHERE id = $1', [id])
      await tx.query('SAVEPOINT s')
      await tx.query('UPDATE products SET price = 3 WHERE id = $1', [id])
      await tx.query('ROLLBACK TO SAVEPOINT s')
      await tx.query('UPDATE products SET price = 4 WHERE id = $1', [id])
    })
    const log = await readLog(db, 1)
    expect(log.map((change) => change.seq)).toEqual([1, 2, 3, 4])
    expect(log.slice(1).map((change) => change.data.price)).toEqual([1, 2, 4])
  })

  test('[S2] a conflict is tried again, at most five times', async () => {
    const { db } = await openTestDatabase()
    const conflict = Object.assign(new Error('deadlock detected'), { code: '40P01' })
    let attempts = 0
    const result = await db.transaction(async () => {
      attempts += 1
      if (attempts < 3) throw conflict
      return 'done'
    })
    expect([result, attempts]).toEqual(['done', 3])
    attempts = 0
    const hopeless = db.transaction(async () => {
      attempts += 1
      throw conflict
    })
    await expect(hopeless).rejects.toBe(conflict)
    expect(attempts).toBe(6)
  })
})

import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type CatalogueFile, createCatalogueImports } from '../../server/catalogue/import-catalogue.ts'
import type { ProductLine } from '../../server/catalogue/parse-product-csv.ts'
import { refuseTakenCodes } from '../../server/catalogue/product-codes.ts'
import type { Database, Queryable } from '../../server/database.ts'
import { one, openTestDatabase } from './support.ts'

/** More than a first slice. Half of the lines have no code by which they could be known again. */
const LINES: readonly ProductLine[] = Array.from({ length: 120 }, (_, index) => ({
  line: index + 2,
  name: `Produk ${index}`,
  price: 1000 + index,
  stock: 2,
  ...(index % 2 === 0 ? { sku: `SKU-${index}` } : {}),
}))

const file = (more: Partial<CatalogueFile> = {}): CatalogueFile => ({
  requestId: randomUUID(),
  branchId: 1,
  lines: LINES,
  language: 'en',
  updatedBy: 'user_1',
  keepStock: true,
  ...more,
})

/** A server's way to the database. `before` is asked at each turn, from 0 on; when it rejects, so does the turn. */
function server(db: Database, before: (turn: number) => Promise<void> = async () => undefined) {
  let turns = 0
  const turn = async <T>(work: () => Promise<T>): Promise<T> => {
    await before(turns++)
    return work()
  }
  const spied: Database = {
    ...db,
    query: <Row>(sql: string, params?: readonly unknown[]) => turn(() => db.query<Row>(sql, params)),
    transaction: <T>(work: (tx: Queryable) => Promise<T>) => turn(() => db.transaction(work)),
  }
  // A clock that stands still: the first slice has 50 lines, the second the rest.
  return createCatalogueImports({ db: spied, lines: () => undefined, now: () => 0 })
}

const killed = () => Object.assign(new Error('killed'), { code: '57P01' })
const diesAt = (db: Database, last: number) =>
  server(db, async (turn) => {
    if (turn >= last) throw killed()
  })
/** The turns of a file: find, look, claim, lay down, ready, find; then the slices. Looked at and laid down a hundred lines a turn. */
const firstSliceTurn = (lines: number) => 4 + 2 * Math.ceil(lines / 100)
const FIRST_SLICE_TURN = firstSliceTurn(LINES.length)

async function addBranch(db: Queryable): Promise<number> {
  const sql = `INSERT INTO branches (merchant_id, code, name) VALUES (1, $1, 'Baru') RETURNING id`
  return (await one<{ id: number }>(db, sql, [`BRN-${randomUUID()}`])).id
}

const catalogueOf = (db: Queryable, branchId: number) =>
  db.query('SELECT name, sku, price, stock FROM products WHERE branch_id = $1 ORDER BY id', [branchId])
const EVERYTHING = LINES.map(({ name, sku = null, price, stock }) => ({ name, sku, price, stock }))

describe('a catalogue file comes into a branch once', () => {
  test('whatever turn of the database its server dies at, and whoever goes on with it', async () => {
    const { db } = await openTestDatabase()
    let isDead = true
    for (let last = 0; isDead; last += 1) {
      const asked = file({ branchId: await addBranch(db) })
      const first = await diesAt(db, last)
        .bring(asked)
        .catch((error: unknown) => error)
      isDead = first instanceof Error
      await db.query(`UPDATE catalogue_imports SET touched_at = now() - interval '2 minutes' WHERE ended_at IS NULL`)
      const stored = (await catalogueOf(db, asked.branchId)).length
      if (last < FIRST_SLICE_TURN) expect(stored, `died at ${last}`).toBe(0)
      if (last % 2 === 1) await server(db).resume()
      const again = await server(db).bring(asked)
      expect(again, `died at ${last}`).toMatchObject({ ok: true, created: 120, updated: 0, unchanged: 0 })
      expect(await catalogueOf(db, asked.branchId)).toEqual(EVERYTHING)
      expect(await server(db).bring(asked)).toEqual(again)
      if (!isDead) expect(first).toEqual(again)
    }
    expect(await one(db, 'SELECT count(*) AS n FROM catalogue_import_lines')).toEqual({ n: 0 })
  })

  test('also by the next start alone, when nobody asks again', async () => {
    const { db } = await openTestDatabase()
    await expect(diesAt(db, FIRST_SLICE_TURN + 1).bring(file())).rejects.toThrow('killed')
    const half = (await catalogueOf(db, 1)).length
    expect(half).toBeGreaterThan(0)
    expect(half).toBeLessThan(120)
    await server(db).resume()
    await expect
      .poll(() => one(db, 'SELECT count(*) AS n FROM catalogue_imports WHERE ended_at IS NULL'))
      .toEqual({ n: 0 })
    expect(await catalogueOf(db, 1)).toEqual(EVERYTHING)
  })

  test('when the same request comes several times at once', async () => {
    const { db } = await openTestDatabase()
    const asked = file()
    const imports = server(db)
    const answers = await Promise.all(Array.from({ length: 5 }, () => imports.bring(asked)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await catalogueOf(db, 1)).toEqual(EVERYTHING)
  })

  test('a request id that is known with another file, or from another branch, is refused', async () => {
    const { db } = await openTestDatabase()
    const asked = file()
    await server(db).bring(asked)
    await expect(server(db).bring({ ...asked, lines: LINES.slice(1) })).rejects.toMatchObject({ status: 409 })
    await expect(server(db).bring({ ...asked, branchId: 2 })).rejects.toMatchObject({ status: 409 })
    expect(await catalogueOf(db, 2)).toEqual([])
  })
})

describe('while a catalogue file comes in', () => {
  test('another one of the branch is told so, and comes in afterwards; another branch’s is not kept', async () => {
    const { db } = await openTestDatabase()
    const second = file({ lines: [{ line: 2, name: 'Kedua', price: 1 }] })
    let told: unknown
    const imports = server(db, async (turn) => {
      if (turn !== FIRST_SLICE_TURN + 1) return
      told = await imports.bring(second).catch((error: unknown) => error)
      expect(await imports.bring(file({ branchId: 2 }))).toMatchObject({ ok: true, created: 120 })
    })
    expect(await imports.bring(file())).toMatchObject({ ok: true, created: 120 })
    expect(told).toMatchObject({ status: 409, kind: 'conflict' })
    expect(await imports.bring(second)).toMatchObject({ ok: true, created: 1 })
  })

  test('one that died before it changed anything keeps nobody out, nor does a clock that was set back', async () => {
    for (const touched of ['- 2', '+ 2']) {
      const { db } = await openTestDatabase()
      await expect(diesAt(db, FIRST_SLICE_TURN - 2).bring(file())).rejects.toThrow('killed')
      await db.query('UPDATE catalogue_imports SET is_ready = false')
      await db.query(`UPDATE catalogue_imports SET touched_at = now() ${touched} * interval '1 minute'`)
      expect(await server(db).bring(file())).toMatchObject({ ok: true, created: 120 })
      expect(await catalogueOf(db, 1)).toEqual(EVERYTHING)
    }
  })

  test('its codes are taken already', async () => {
    const { db } = await openTestDatabase()
    await expect(diesAt(db, FIRST_SLICE_TURN).bring(file())).rejects.toThrow('killed')
    const take = (sku: string) => db.transaction((tx) => refuseTakenCodes(tx, 1, { sku }, null))
    await expect(take(' SKU-118')).rejects.toMatchObject({ status: 400, message: expect.stringContaining('SKU-118') })
    await take('SKU-119')
    await db.transaction((tx) => refuseTakenCodes(tx, 2, { sku: 'SKU-118' }, null))
  })

  test('a code that somebody took between the look and the laying down is seen, and nothing is stored', async () => {
    const { db } = await openTestDatabase()
    const imports = server(db, async (turn) => {
      if (turn === 2) await db.query(`INSERT INTO products (branch_id, name, sku) VALUES (1, 'Lebih cepat', 'Z')`)
    })
    const twice = [{ line: 2, name: 'Lain', price: 1, id: 987_654, sku: 'Z' }, ...LINES]
    expect(await imports.bring(file({ lines: twice }))).toMatchObject({ ok: true, created: 120, updated: 1 })
    const barcode = '8991002101234'
    const other = server(db, async (turn) => {
      const values = `VALUES (1, 'Lebih cepat lagi', '${barcode}')`
      if (turn === 2) await db.query(`INSERT INTO products (branch_id, name, barcode) ${values}`)
    })
    const before = await catalogueOf(db, 1)
    const refused = await other.bring(file({ lines: [{ line: 2, name: 'Lambat', price: 1, sku: 'L', barcode }] }))
    expect(refused).toMatchObject({ ok: false, problems: [{ line: 2 }] })
    expect(await catalogueOf(db, 1)).toHaveLength(before.length + 1)
    expect(await one(db, 'SELECT count(*) AS n FROM catalogue_imports WHERE ended_at IS NULL')).toEqual({ n: 0 })
  })

  test('a product that is deleted meanwhile is made anew; what the database refuses late ends it in words', async () => {
    const { db } = await openTestDatabase()
    await server(db).bring(file())
    const dearer = LINES.filter(({ sku }) => sku).map((line) => ({ ...line, price: 5 }))
    await expect(diesAt(db, firstSliceTurn(dearer.length)).bring(file({ lines: dearer }))).rejects.toThrow('killed')
    await db.query(`DELETE FROM products WHERE sku = 'SKU-4'`)
    await server(db).resume()
    const left = () => one<{ n: number }>(db, 'SELECT count(*) AS n FROM catalogue_imports WHERE ended_at IS NULL')
    await expect.poll(left).toEqual({ n: 0 })
    expect(await one(db, `SELECT price FROM products WHERE sku = 'SKU-4'`)).toEqual({ price: 5 })

    const asked = file({ lines: LINES.map((line) => ({ ...line, name: `Baru ${line.name}`, sku: `B-${line.line}` })) })
    await expect(diesAt(db, FIRST_SLICE_TURN + 1).bring(asked)).rejects.toThrow('killed')
    await db.query(`ALTER TABLE products ADD CHECK (sku <> 'B-121')`)
    for (let time = 0; time < 2; time += 1) {
      await expect(server(db).bring(asked)).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining('100 of 120'),
      })
    }
    expect(await one(db, `SELECT count(*) AS n FROM products WHERE name LIKE 'Baru %'`)).toEqual({ n: 100 })
    expect(await server(db).bring(file({ lines: [{ line: 2, name: 'Lagi', price: 1 }] }))).toMatchObject({ created: 1 })
  })
})

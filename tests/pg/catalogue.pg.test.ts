import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCatalogueImports } from '../../server/catalogue/import-catalogue.ts'
import type { ProductLine } from '../../server/catalogue/parse-product-csv.ts'
import type { Database } from '../../server/database.ts'
import { barcodeKey, skuKey } from '../../src/domain/product-code.ts'
import { one, openTestDatabase } from './support.ts'

const run = (db: Database, lines: readonly ProductLine[], imports = importsOf(db)) => {
  const file = { branchId: 1, lines, language: 'en', updatedBy: 'admin', keepStock: false } as const
  return imports.bring({ ...file, requestId: randomUUID() })
}
const importsOf = (db: Database) => createCatalogueImports({ db, lines: () => undefined, now: () => 0 })
const insert = (db: Database, name: string, sku: string | null, barcode: string | null, branch = 1) =>
  one<{ id: number }>(
    db,
    'INSERT INTO products (branch_id, name, price, sku, barcode) VALUES ($4, $1, 1, $2, $3) RETURNING id',
    [name, sku, barcode, branch],
  )
const problemsOf = async (db: Database, lines: readonly ProductLine[]) => {
  const result = await run(db, lines)
  return result.ok ? [] : result.problems
}

describe('an import', () => {
  test('creates, updates by SKU or barcode, and leaves alone what is the same', async () => {
    const { db } = await openTestDatabase()
    const rice = { line: 2, name: 'Beras', price: 60000, sku: 'S1', stock: 5 }
    const sugar = { line: 3, name: 'Gula', price: 14000, barcode: '8991002101234' }
    const tea = { line: 4, name: 'Teh', price: 5000, sku: 'S3' }
    expect(await run(db, [rice, sugar, tea])).toMatchObject({ created: 3, updated: 0, unchanged: 0 })
    expect(await run(db, [rice, sugar, tea])).toMatchObject({ created: 0, updated: 0, unchanged: 3 })
    const again = [
      { ...sugar, price: 15000 },
      { line: 5, name: 'Kopi', price: 1 },
      { ...rice, stock: 9 },
    ]
    expect(await run(db, again)).toMatchObject({ created: 1, updated: 2, unchanged: 0 })
    expect(await db.query('SELECT name, price, stock FROM products ORDER BY id')).toEqual([
      { name: 'Beras', price: 60000, stock: 9 },
      { name: 'Gula', price: 15000, stock: 0 },
      { name: 'Teh', price: 5000, stock: 0 },
      { name: 'Kopi', price: 1, stock: 0 },
    ])
    const good = { line: 2, name: 'Ok', price: 1 }
    await expect(run(db, [good, { line: 3, name: 'Tidak', price: -1 }])).rejects.toThrow()
    expect(await one(db, 'SELECT count(*) AS n FROM products')).toEqual({ n: 4 })
  })

  test('never replaces a product by its barcode: the line and the owner of the code are named', async () => {
    const { db } = await openTestDatabase()
    const { id } = await insert(db, 'Satu', 'SM-1', '8991002101234')
    const second = { line: 2, name: 'Dua', price: 2, sku: 'SM-2', barcode: '08991002101234' }
    expect(await problemsOf(db, [second])).toEqual([
      { line: 2, reason: `barcode 08991002101234 belongs to Satu (id ${id}, SKU SM-1)` },
    ])
    expect(await db.query('SELECT name, sku FROM products')).toEqual([{ name: 'Satu', sku: 'SM-1' }])
    // Nor by a number that nobody has here, without a SKU.
    const unknown = { line: 2, id: 987_654, name: 'Dua', price: 2, barcode: '8991002101234' }
    expect(await problemsOf(db, [unknown])).toEqual([
      { line: 2, reason: `barcode 8991002101234 belongs to Satu (id ${id}, SKU SM-1)` },
    ])
    expect(await db.query('SELECT name, sku FROM products')).toEqual([{ name: 'Satu', sku: 'SM-1' }])
    // Nor by a SKU that is given to a product with another number.
    const { id: other } = await insert(db, 'Tiga', 'SM-3', null)
    const taking = { line: 2, id: other, name: 'Tiga', price: 1, sku: 'SM-1' }
    expect(await problemsOf(db, [taking])).toHaveLength(1)
    // The same code in another branch is another shop's.
    await insert(db, 'Cabang lain', 'SM-9', '8990000000001', 2)
    expect(await problemsOf(db, [{ line: 2, name: 'Baru', price: 1, sku: 'SM-9', barcode: '8990000000001' }])).toEqual(
      [],
    )
  })

  test('knows one code in each of its spellings, and keeps two products that share one', async () => {
    const { db } = await openTestDatabase()
    await insert(db, 'UPC', null, '036000291453')
    const ean = { line: 2, name: 'EAN', price: 7, barcode: '0036000291453' }
    expect(await run(db, [ean])).toMatchObject({ created: 0, updated: 1 })
    expect(await db.query('SELECT name, price FROM products')).toEqual([{ name: 'EAN', price: 7 }])
    await insert(db, 'Kembar', 'K', '00036000291453')
    expect(await problemsOf(db, [ean])).toHaveLength(1)
    // Each by what is its own: nothing is taken that was not shared before.
    expect(await run(db, [{ line: 2, name: 'Kembar', price: 3, sku: 'K', barcode: '0036000291453' }])).toMatchObject({
      created: 0,
      updated: 1,
    })
  })

  test('lets two products exchange their codes, and refuses two lines for one product', async () => {
    const { db } = await openTestDatabase()
    await insert(db, 'A', 'A', '8990000000001')
    await insert(db, 'B', 'B', '8990000000002')
    const exchange = [
      { line: 2, name: 'A', price: 1, sku: 'A', barcode: '8990000000002' },
      { line: 3, name: 'B', price: 1, sku: 'B', barcode: '8990000000001' },
    ]
    expect(await run(db, exchange)).toMatchObject({ updated: 2 })
    const twice = [
      { line: 2, name: 'A', price: 2, sku: 'A' },
      { line: 3, name: 'A', price: 3, barcode: '8990000000002' },
    ]
    expect(await problemsOf(db, twice)).toEqual([{ line: 3, reason: 'means the same product as line 2' }])
  })

  test('two that come at once give one code to one product', async () => {
    const { db, open } = await openTestDatabase()
    const line = (sku: string) => ({ line: 2, name: sku, price: 1, sku, barcode: '8991002101234' })
    const other = open()
    const first = importsOf(db)
    const second = other === db ? first : importsOf(other)
    const results = await Promise.allSettled([run(db, [line('X')], first), run(other, [line('Y')], second)])
    expect(results.filter((each) => each.status === 'fulfilled' && each.value.ok)).toHaveLength(1)
    expect(await one(db, 'SELECT count(*) AS n FROM products')).toEqual({ n: 1 })
  })
})

describe('the spelling of a code', () => {
  test('is the same in the database as in the app', async () => {
    const { db } = await openTestDatabase()
    const piece = fc.oneof(
      fc.constantFrom("'", '=', '"', ' ', '\u00a0', '\u200b', '\t', '0', '000000', 'A', 'é', '-', '\u3000'),
      fc.stringMatching(/^\d{1,14}$/),
    )
    const codes = fc.sample(
      fc.oneof(
        fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('')),
        fc.stringMatching(/^0{0,7}\d{5,14}$/),
        fc.stringMatching(/^="\d{8,14}"$/),
      ),
      2_000,
    )
    const rows = await db.query<{ sku: string; barcode: string }>(
      `SELECT sku_key(code) AS sku, barcode_key(code) AS barcode
         FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY AS given(code, place) ORDER BY place`,
      [JSON.stringify(codes)],
    )
    expect(rows).toEqual(codes.map((code) => ({ sku: skuKey(code), barcode: barcodeKey(code) })))
  })
})

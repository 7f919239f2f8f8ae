import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { IMPORT_CHARACTERS_MAX, OWNER_PATHS, ownerProductPath } from '../../../src/contract/owner.ts'
import { boundCosts } from '../../support/bounded-costs.ts'
import { withinTime } from '../../support/within-time.ts'
import { signInOwner } from './staff-support.ts'
import { asAdminUser, BRANCH, createTestApp, OTHER_BRANCH, setUpDatabase, type TestApp } from './support.ts'

const RUNS = 60

let db: Database
let test: TestApp
let owner: Record<string, string>
let productId: number

setUpDatabase(async (opened) => {
  db = opened
  test = await createTestApp(db)
  owner = await signInOwner(test)
  const stranger = await signInOwner(test, OTHER_BRANCH)
  for (const headers of [owner, stranger]) {
    const payload = { request_id: randomUUID(), name: 'Tetap', price: 1000, sku: 'SM-1', barcode: '8991002101234' }
    const answer = await test.app.inject({ method: 'POST', url: OWNER_PATHS.products, headers, payload })
    productId = answer.json<{ data: { id: number } }>().data.id
  }
})
afterAll(async () => {
  await test.app.close()
})

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    "'",
    '8.99E+12',
    '036000291453',
    'SM-1',
    '__proto__',
    '\u0000',
    '\ud800',
    '%',
    '%zz',
    '1e999',
  ),
)
const value = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(-1, 0.5, 1e15, 2 ** 60, null, true))
const names = ['name', 'price', 'sku', 'barcode', 'category', 'unit', 'active', 'stock', 'version', 'id', 'constructor']
const body = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 })
const query = fc.array(fc.tuple(fc.constantFrom('branch_code', 'search', 'limit', 'ids', 'last_id', 'x'), text), {
  maxLength: 4,
})
const cell = fc.oneof(text, fc.constantFrom('15.000', '1.500', '="0899"', '"', ';', '\n', 'x'.repeat(300)))

/** Everything of the other branch, and what the own product is known by. */
const untouched = () =>
  db.query(
    `SELECT product_json(p) AS product FROM products p JOIN branches b ON b.id = p.branch_id WHERE b.code = $1 ORDER BY p.id`,
    [OTHER_BRANCH],
  )

describe('[fuzz] the catalogue', () => {
  it('answers any query string with a page or a refusal, never with a failure', async () => {
    const costs = boundCosts()
    const run = async (pairs: readonly (readonly [string, string])[]) => {
      const raw = pairs.map(
        ([name, each]) =>
          `${name}=${each.includes('%') ? each.replace(/[^\x21-\x7e]/g, '') : encodeURIComponent(each.toWellFormed())}`,
      )
      for (const [path, headers] of [
        [`/api/v1/admin/product?branch_code=${BRANCH}&`, asAdminUser],
        ['/api/v1/master/product?', owner],
      ] as const) {
        const answer = await test.app.inject({ url: path + raw.join('&'), headers })
        expect([200, 304, 400, 403, 404, 414]).toContain(answer.statusCode)
      }
    }
    await fc.assert(fc.asyncProperty(query, costs.held(run)), { numRuns: RUNS })
    await costs.expectBounded()
  })

  it('takes or refuses any body, and changes no other branch', async () => {
    const before = await untouched()
    const costs = boundCosts()
    const run = async (fields: object) => {
      const create = {
        method: 'POST',
        url: OWNER_PATHS.products,
        payload: { request_id: randomUUID(), ...fields },
      } as const
      const change = { method: 'PATCH', url: ownerProductPath(productId), payload: fields } as const
      for (const request of [create, change]) {
        const answer = await test.app.inject({ ...request, headers: owner })
        expect([200, 400, 404, 409]).toContain(answer.statusCode)
      }
    }
    await fc.assert(fc.asyncProperty(body, costs.held(run)), { numRuns: RUNS })
    await costs.expectBounded()
    expect(await untouched()).toEqual(before)
  })

  it('reads any file, and never lets a product lose its SKU or barcode to another', async () => {
    const before = await untouched()
    const header = fc.shuffledSubarray(
      ['name', 'price', 'sku', 'barcode', 'stock', 'x', 'id', '__proto__', 'constructor'],
      {
        minLength: 4,
      },
    )
    const file = fc.tuple(
      fc.constantFrom(',', ';', '\t'),
      header,
      fc.array(fc.array(cell, { minLength: 4, maxLength: 7 }), { maxLength: 4 }),
    )
    const costs = boundCosts()
    const run = async ([sign, columns, rows]: readonly [string, readonly string[], readonly (readonly string[])[]]) => {
      const csv = [columns, ...rows].map((cells) => cells.join(sign)).join('\r\n')
      const answer = await test.app.inject({
        method: 'POST',
        url: OWNER_PATHS.productImport,
        headers: owner,
        payload: { csv: csv.toWellFormed(), dry_run: false },
      })
      expect([200, 400]).toContain(answer.statusCode)
    }
    await fc.assert(fc.asyncProperty(file, costs.held(run)), { numRuns: RUNS })
    await costs.expectBounded()
    expect(await untouched()).toEqual(before)
    const shared = await db.query(
      `SELECT barcode_key(barcode) FROM products GROUP BY branch_id, barcode_key(barcode)
       HAVING count(barcode) > 1 AND barcode_key(barcode) <> ''`,
    )
    expect(shared).toEqual([])
  })

  it('refuses or reads a file as large as one may be at little cost, whatever it repeats', async () => {
    const repeated = [
      '"',
      '""',
      ',',
      '"",',
      '\n',
      '\r\n',
      'a',
      "'",
      '\u0000',
      '\ud800',
      'a,1\n',
      '"a\n",1\n',
      '__proto__,',
    ]
    const file = fc.tuple(
      fc.constantFrom('', 'name,price\n', 'name,price,sku\n"', 'sep=;\nname;price\n'),
      fc.constantFrom(...repeated),
      fc.constantFrom(60_000, 1_000_000, IMPORT_CHARACTERS_MAX - 100),
    )
    const costs = boundCosts({ cpuMs: 8_000, grownBytes: 1024 * 1024 * 1024, keptBytes: 48 * 1024 * 1024 })
    const run = async ([head, text, length]: readonly [string, string, number]) => {
      const payload = { csv: head + text.repeat(length / text.length), dry_run: true }
      const answer = await test.app.inject({ method: 'POST', url: OWNER_PATHS.productImport, headers: owner, payload })
      // In JSON some are too long for any body, or for a reader that has so much time and memory.
      expect([200, 400, 413, 503]).toContain(answer.statusCode)
      // A line that is refused has its words, and 50,000 lines are read.
      expect(answer.rawPayload.length).toBeLessThan(8 * 1024 * 1024)
    }
    await fc.assert(fc.asyncProperty(file, withinTime(10_000, costs.held(run))), { numRuns: 30 })
    await costs.expectBounded()
  })
})

import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { changeStock } from '../../../server/sql/admin-products.ts'
import { insertInventory } from '../../../server/sql/inventory.ts'
import { OWNER_PATHS, ownerProductPath } from '../../../src/contract/owner.ts'
import { one } from '../../pg/support.ts'
import { signInOwner } from './staff-support.ts'
import { OTHER_BRANCH, refusalOf, setUpTestApp, type TestApp } from './support.ts'

let db: Database
let test: TestApp
let owner: Record<string, string>
let stranger: Record<string, string>

setUpTestApp(async (opened) => {
  test = opened
  db = opened.db
  owner = await signInOwner(test)
  stranger = await signInOwner(test, OTHER_BRANCH)
})

const post = (url: string, payload: object, headers = owner) => ({ method: 'POST', url, headers, payload }) as const
const patch = (id: number, payload: object, headers = owner) =>
  ({ method: 'PATCH', url: ownerProductPath(id), headers, payload }) as const

interface Row {
  id: number
  name: string
  price: number
  stock: number
  version: number
}
async function addProduct(fields: object): Promise<Row> {
  const answer = await test.app.inject(post(OWNER_PATHS.products, { request_id: randomUUID(), price: 1000, ...fields }))
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return answer.json<{ data: Row }>().data
}
const placesOf = (id: number) =>
  db.query<{ id: number; quantity: number; place: string }>(
    'SELECT id, quantity, place FROM inventory WHERE product_id = $1 ORDER BY id',
    [id],
  )
const stockOf = async (id: number) =>
  (await one<{ stock: number }>(db, 'SELECT stock FROM products WHERE id = $1', [id])).stock
const sell = (productId: number, quantity: number) =>
  db.transaction((tx) => changeStock(tx, { productId, delta: -quantity, reason: 'transaction', updatedBy: 'DEV-1' }))

describe('products', () => {
  it('are added once, however often the same request comes', async () => {
    const request = post(OWNER_PATHS.products, { request_id: randomUUID(), name: 'Teh', price: 3500, stock: 4 })
    const answers = await Promise.all([request, request, request].map((each) => test.app.inject(each)))
    const ids = new Set(answers.map((answer) => answer.json<{ data: Row }>().data.id))
    expect(ids.size).toBe(1)
    const count = await one<{ count: number }>(db, `SELECT count(*) AS count FROM products WHERE name = 'Teh'`)
    expect(count).toEqual({ count: 1 })
    const other = { ...request, payload: { ...request.payload, price: 1 } }
    expect(await refusalOf(test.app, other)).toEqual([409, 'conflict'])
  })

  it('are changed by whoever saw their last version, and the event says who', async () => {
    const { id, version } = await addProduct({ name: 'Gula', price: 14_000 })
    const changed = await test.app.inject(patch(id, { price: 15_000, version }))
    expect(changed.json()).toMatchObject({ data: { price: 15_000, version: version + 1 } })
    expect(await refusalOf(test.app, patch(id, { price: 1, version }))).toEqual([409, 'conflict'])
    expect((await test.app.inject(patch(id, { active: false }))).json()).toMatchObject({ data: { active: false } })
    const { data } = await one<{ data: object }>(
      db,
      `SELECT data FROM changes WHERE event_type = 'product_changed' AND record_id = $1 ORDER BY id DESC LIMIT 1`,
      [id],
    )
    expect(data).toMatchObject({ active: false, reason: 'owner', updated_by: expect.stringMatching(/^user_\d+$/) })
  })

  it('have codes in one spelling, and take none that another product has', async () => {
    const barcode = '036000291453'
    const first = await addProduct({ name: 'Tisu', sku: " 'TIS-1 ", barcode })
    expect(first).toMatchObject({ sku: 'TIS-1', barcode: '0036000291453' })
    const second = await addProduct({ name: 'Tisu besar', sku: 'TIS-2' })
    const spellings = ['0036000291453', '00036000291453', '0 36000 29145 3']
    for (const taken of spellings) {
      const create = post(OWNER_PATHS.products, { request_id: randomUUID(), name: 'X', price: 1, barcode: taken })
      for (const request of [create, patch(second.id, { barcode: taken })]) {
        const answer = await test.app.inject(request)
        expect(answer.statusCode).toBe(400)
        expect(answer.json<{ error: { message: string } }>().error.message).toContain(`belongs to Tisu (id ${first.id}`)
      }
    }
    for (const wrong of [{ sku: 'TIS-1' }, { barcode: '8.99E+12' }, { sku: '8,99E+12' }, { barcode: 'A B' }]) {
      expect(await refusalOf(test.app, patch(second.id, wrong))).toEqual([400, 'invalid_request'])
    }
    // Its own code is nobody else's.
    expect((await test.app.inject(patch(first.id, { barcode, name: 'Tisu kecil' }))).statusCode).toBe(200)
    expect(await one(db, 'SELECT sku, barcode FROM products WHERE id = $1', [second.id])).toEqual({
      sku: 'TIS-2',
      barcode: null,
    })
  })

  it('of another branch are not there, and stock is no field', async () => {
    const { id } = await addProduct({ name: 'Kopi' })
    expect(await refusalOf(test.app, patch(id, { price: 1 }, stranger))).toEqual([404, 'not_found'])
    expect(await refusalOf(test.app, patch(id, { stock: 99 }))).toEqual([400, 'invalid_request'])
    expect(await refusalOf(test.app, patch(id, { name: '' }))).toEqual([400, 'invalid_request'])
  })
})

describe('goods received', () => {
  it('add to their places and products, once, in one event each', async () => {
    const { id } = await addProduct({ name: 'Beras', stock: 10 })
    const [shop] = await placesOf(id)
    const store = await db.transaction((tx) =>
      insertInventory(tx, { productId: id, place: 'Gudang', quantity: 5, updatedBy: 'test', reason: 'test' }),
    )
    const lines = [
      { product_id: id, inventory_id: shop?.id, quantity: 2.5 },
      { product_id: id, inventory_id: store.id, quantity: 20 },
    ]
    const request = post(OWNER_PATHS.receiving, { request_id: randomUUID(), note: 'Kiriman Bulog', lines })
    const first = await test.app.inject(request)
    const again = await test.app.inject(request)
    expect(again.json()).toEqual(first.json())
    expect(await stockOf(id)).toBe(37.5)
    expect((await placesOf(id)).map(({ quantity }) => quantity)).toEqual([12.5, 25])
    const events = await db.query<{ data: object }>(
      `SELECT data FROM changes WHERE event_type = 'stock_updated' AND record_id = $1 AND data->>'reason' = 'Kiriman Bulog'`,
      [id],
    )
    expect(events).toMatchObject([{ data: { old_stock: 15, new_stock: 37.5, delta: 22.5 } }])
  })

  it('make the first place of a product that has none', async () => {
    const { id } = await addProduct({ name: 'Baru' })
    expect(await placesOf(id)).toEqual([])
    const lines = [{ product_id: id, inventory_id: null, quantity: 3 }]
    await test.app.inject(post(OWNER_PATHS.receiving, { request_id: randomUUID(), lines }))
    expect(await placesOf(id)).toMatchObject([{ place: 'Toko', quantity: 3 }])
    expect(await stockOf(id)).toBe(3)
  })

  it('are refused whole when one line is not the branch’s, or not a quantity', async () => {
    const { id } = await addProduct({ name: 'Minyak', stock: 1 })
    const other = await addProduct({ name: 'Lain', stock: 1 })
    const [place] = await placesOf(other.id)
    const good = { product_id: id, inventory_id: null, quantity: 5 }
    const book = (lines: object[], headers = owner) =>
      refusalOf(test.app, post(OWNER_PATHS.receiving, { request_id: randomUUID(), lines }, headers))
    expect(await book([good, { product_id: 999_999, inventory_id: null, quantity: 1 }])).toEqual([404, 'not_found'])
    // A place of another product.
    expect(await book([good, { product_id: id, inventory_id: place?.id, quantity: 1 }])).toEqual([404, 'not_found'])
    expect(await book([good], stranger)).toEqual([404, 'not_found'])
    for (const quantity of [0, -1, 0.0001, '3', 1e12]) {
      expect(await book([{ ...good, quantity }])).toEqual([400, 'invalid_request'])
    }
    expect(await book([])).toEqual([400, 'invalid_request'])
    expect(await stockOf(id)).toBe(1)
  })
})

describe('a stocktake', () => {
  it('books counted − shown, so that what was sold meanwhile stays sold', async () => {
    const { id } = await addProduct({ name: 'Sabun', stock: 10 })
    const [place] = await placesOf(id)
    // The shelf is counted while the screen shows 10: two are missing. Before it is booked, three are sold.
    await sell(id, 3)
    const lines = [{ product_id: id, inventory_id: place?.id, shown: 10, counted: 8 }]
    const request = post(OWNER_PATHS.stocktake, { request_id: randomUUID(), lines })
    const booked = await test.app.inject(request)
    expect(booked.json()).toMatchObject({
      data: { lines: [{ product_id: id, delta: -2, inventory: { quantity: 5 } }] },
    })
    expect(await stockOf(id)).toBe(5)
    await test.app.inject(request)
    expect(await stockOf(id)).toBe(5)
    const { data } = await one<{ data: object }>(
      db,
      `SELECT data FROM changes WHERE event_type = 'stock_updated' AND record_id = $1 ORDER BY id DESC LIMIT 1`,
      [id],
    )
    expect(data).toMatchObject({ reason: 'adjustment', old_stock: 7, new_stock: 5 })
  })

  it('books nothing where the count is what was shown, and counts in thousandths', async () => {
    const same = await addProduct({ name: 'Sama', stock: 4 })
    const weighed = await addProduct({ name: 'Cabai', stock: 0.3 })
    const lines = [
      { product_id: same.id, inventory_id: null, shown: 4, counted: 4 },
      { product_id: weighed.id, inventory_id: null, shown: 0.3, counted: 0.1 },
    ]
    const answer = await test.app.inject(
      post(OWNER_PATHS.stocktake, { request_id: randomUUID(), note: 'Opname', lines }),
    )
    expect(answer.json<{ data: { lines: object[] } }>().data.lines).toMatchObject([
      { product_id: weighed.id, delta: -0.2 },
    ])
    expect([await stockOf(same.id), await stockOf(weighed.id)]).toEqual([4, 0.1])
  })

  it('[S10] of many products at the same time as sales of them neither deadlocks nor loses one', async () => {
    const products = await Promise.all(Array.from({ length: 20 }, (_, n) => addProduct({ name: `P${n}`, stock: 50 })))
    const lines = [...products]
      .reverse()
      .map(({ id }) => ({ product_id: id, inventory_id: null, shown: 50, counted: 49 }))
    await Promise.all([
      test.app.inject(post(OWNER_PATHS.stocktake, { request_id: randomUUID(), lines })),
      ...products.flatMap(({ id }) => [sell(id, 1), sell(id, 2)]),
    ])
    for (const { id } of products) expect(await stockOf(id)).toBe(46)
    const sums = await db.query(
      `SELECT p.id FROM products p WHERE p.stock <> (SELECT coalesce(sum(i.quantity), 0) FROM inventory i WHERE i.product_id = p.id)`,
    )
    expect(sums).toEqual([])
  })
})

describe('the catalogue as a file', () => {
  const exportCsv = async () => (await test.app.inject({ url: OWNER_PATHS.productExport, headers: owner })).body
  const importCsv = async (csv: string, dry_run: boolean) => {
    const answer = await test.app.inject(post(OWNER_PATHS.productImport, { csv, dry_run }))
    return answer.json<{
      data: { created: number; updated: number; unchanged: number; problems: object[]; changes: object[] }
    }>().data
  }

  it('goes out and in again unchanged, with names like formulas and products without a code', async () => {
    await addProduct({ name: '=SUM(A1)', category: '@rumah', sku: '-1' })
    await addProduct({ name: 'Roti "enak"; isi, keju\u00e9', barcode: '8991002101234', stock: 2.25 })
    const csv = await exportCsv()
    expect(csv.startsWith('\uFEFF')).toBe(true)
    expect(csv).not.toMatch(/(^|,)"?=SUM/m)
    const count = await one<{ count: number }>(db, 'SELECT count(*) AS count FROM products WHERE branch_id = 1')
    for (const dryRun of [true, false]) {
      expect(await importCsv(csv, dryRun)).toMatchObject({
        created: 0,
        updated: 0,
        unchanged: count.count,
        problems: [],
      })
    }
  })

  it('shows first what it would change, and changes that; the stock of known products stays', async () => {
    const { id } = await addProduct({ name: 'Lama', price: 1000, stock: 7 })
    const csv = `id,nama,harga,stok\n${id},Lama,1200,99\n,Baru sekali,500,3\n`
    const preview = await importCsv(csv, true)
    expect(preview).toMatchObject({
      created: 1,
      updated: 1,
      unchanged: 0,
      changes: [
        { line: 2, kind: 'update', product_id: id, before: { price: 1000 }, after: { price: 1200 } },
        { line: 3, kind: 'create', name: 'Baru sekali', after: { price: 500, stock: 3 } },
      ],
    })
    expect(await one(db, 'SELECT price, stock FROM products WHERE id = $1', [id])).toEqual({ price: 1000, stock: 7 })
    expect(await importCsv(csv, false)).toMatchObject({ created: 1, updated: 1 })
    expect(await one(db, 'SELECT price, stock FROM products WHERE id = $1', [id])).toEqual({ price: 1200, stock: 7 })
    expect(await one(db, `SELECT stock FROM products WHERE name = 'Baru sekali'`)).toEqual({ stock: 3 })
  })

  it('names each bad line in words, and then changes nothing', async () => {
    const csv = 'nama,harga\nBagus sekali,1000\n,5\nSalah,x\n'
    const outcome = await importCsv(csv, false)
    expect(outcome.problems).toEqual([
      { line: 3, reason: 'nama kosong' },
      { line: 4, reason: 'harga bukan rupiah bulat dalam angka saja, misalnya 15000' },
    ])
    expect(await db.query(`SELECT 1 FROM products WHERE name = 'Bagus sekali'`)).toEqual([])
  })

  it('never touches another branch', async () => {
    const { id } = await addProduct({ name: 'Milik satu', price: 1000 })
    const csv = `id,nama,harga\n${id},Direbut,1\n`
    await test.app.inject(post(OWNER_PATHS.productImport, { csv, dry_run: false }, stranger))
    expect(await one(db, 'SELECT name, branch_id FROM products WHERE id = $1', [id])).toEqual({
      name: 'Milik satu',
      branch_id: 1,
    })
  })
})

import { describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { one } from '../../pg/support.ts'
import { asAdminUser, BRANCH, bearer, refusalOf, setUpTestApp, type TestApp } from './support.ts'

let db: Database
let test: TestApp

setUpTestApp((opened) => {
  test = opened
  db = opened.db
})

const post = (path: string, payload: object) =>
  ({ method: 'POST', url: `/api/v1/admin/${path}`, headers: asAdminUser, payload }) as const
const importCsv = (csv: string, query = '') =>
  ({
    method: 'POST',
    url: `/api/v1/admin/product/import?branch_code=${BRANCH}${query}`,
    headers: { ...asAdminUser, 'content-type': 'text/csv' },
    payload: csv,
  }) as const
const countProducts = async () => (await one<{ count: number }>(db, 'SELECT count(*) AS count FROM products')).count

describe('the admin', () => {
  it('is the one with the token; a device is not', async () => {
    const url = '/api/v1/admin/device'
    const { token } = await test.enroll()
    for (const headers of [{}, bearer('wrong'), bearer(''), bearer(token), bearer(`${asAdminUser.authorization}x`)]) {
      expect(await refusalOf(test.app, { url, headers })).toEqual([401, 'unauthorized'])
    }
    expect((await test.app.inject({ url, headers: asAdminUser })).statusCode).toBe(200)
    expect(await refusalOf(test.app, { url: '/api/v1/device/me', headers: asAdminUser })).toEqual([401, 'unauthorized'])
  })
})

describe('merchants and branches', () => {
  it('are made once, with codes that can stand in a topic', async () => {
    expect((await test.app.inject(post('merchant', { code: 'MCH-2', name: 'Dua' }))).statusCode).toBe(200)
    expect(await refusalOf(test.app, post('merchant', { code: 'MCH-2', name: 'Lagi' }))).toEqual([409, 'conflict'])
    const branch = { merchant_code: 'MCH-2', code: 'BRN-2', name: 'Cabang' }
    expect((await test.app.inject(post('branch', branch))).statusCode).toBe(200)
    expect(await refusalOf(test.app, post('branch', branch))).toEqual([409, 'conflict'])
    const lost = { ...branch, merchant_code: 'MCH-3' }
    expect(await refusalOf(test.app, post('branch', lost))).toEqual([404, 'not_found'])
    for (const code of ['a/b', '+', '#', '', 'x\u0000', '$SYS', ' x']) {
      expect(await refusalOf(test.app, post('merchant', { code, name: 'X' }))).toEqual([400, 'invalid_request'])
    }
  })

  it('pair a tablet by a link to PUBLIC_URL, for as long as asked', async () => {
    const answer = await test.app.inject(post('pairing-code', { branch_code: BRANCH, minutes: 5 }))
    const { data } = answer.json<{ data: { pairing_code: string; link: string; expires_at: string } }>()
    expect(data.link).toBe(`http://localhost:8080/enrol#code=${data.pairing_code}`)
    expect(Math.abs(Date.parse(data.expires_at) - Date.now() - 5 * 60_000)).toBeLessThan(10_000)
    expect(await refusalOf(test.app, post('pairing-code', { branch_code: 'NONE' }))).toEqual([404, 'not_found'])
    const year = { branch_code: BRANCH, minutes: 525_600 }
    expect(await refusalOf(test.app, post('pairing-code', year))).toEqual([400, 'invalid_request'])
  })
})

describe('products', () => {
  it('are made, found, changed field by field, and their stock set or moved', async () => {
    const fields = { branch_code: BRANCH, name: '<b>Kopi</b> "Susu"', price: 5000, stock: 2.5, sku: 'KS-1' }
    const made = (await test.app.inject(post('product', fields))).json<{ data: { id: number } }>()
    expect(made.data).toMatchObject({ name: fields.name, price: 5000, stock: 2.5, unit: 'pcs', active: true })
    const { id } = made.data

    const found = await test.app.inject({
      url: `/api/v1/admin/product?branch_code=${BRANCH}&search=kopi`,
      headers: asAdminUser,
    })
    expect(found.json()).toMatchObject({ data: [{ id }] })

    const patch = { method: 'PATCH', url: `/api/v1/admin/product/${id}`, headers: asAdminUser } as const
    const changed = await test.app.inject({ ...patch, payload: { price: 5500, sku: null } })
    expect(changed.json()).toMatchObject({ data: { price: 5500, sku: null, stock: 2.5, version: 2, stock_version: 1 } })
    expect(await refusalOf(test.app, { ...patch, payload: {} })).toEqual([400, 'invalid_request'])
    expect(await refusalOf(test.app, { ...patch, payload: { price: -1 } })).toEqual([400, 'invalid_request'])

    const moved = await test.app.inject(
      post('stock', { product_id: id, delta: -1, reason: 'transaction', updated_by: 'user_5' }),
    )
    expect(moved.json()).toMatchObject({ data: { stock: 1.5, stock_version: 2 } })
    const [event] = await db.query<{ data: unknown }>(
      `SELECT data FROM changes WHERE event_type = 'stock_updated' AND record_id = $1`,
      [id],
    )
    expect(event?.data).toMatchObject({
      old_stock: 2.5,
      new_stock: 1.5,
      delta: -1,
      reason: 'transaction',
      updated_by: 'user_5',
    })
    expect(await refusalOf(test.app, post('stock', { product_id: id }))).toEqual([400, 'invalid_request'])
    expect(await refusalOf(test.app, post('stock', { product_id: 999_999, stock: 1 }))).toEqual([404, 'not_found'])
    const elsewhere = { ...patch, url: '/api/v1/admin/product/abc', payload: { price: 1 } }
    expect(await refusalOf(test.app, elsewhere)).toEqual([400, 'invalid_request'])
  })

  it('refuse a number that the database could not hold', async () => {
    const full = { branch_code: BRANCH, name: 'Penuh', price: 1, stock: 999_999_999.999 }
    const { data } = (await test.app.inject(post('product', full))).json<{ data: { id: number } }>()
    expect(await refusalOf(test.app, post('stock', { product_id: data.id, delta: 1 }))).toEqual([
      400,
      'invalid_request',
    ])
  })
})

describe('a CSV import', () => {
  it('names each bad line in a dry run, and changes nothing', async () => {
    const before = await countProducts()
    const answer = await test.app.inject(importCsv('name,price\nA,1\n,2\nC,x\n', '&dry_run=1'))
    expect(answer.json()).toMatchObject({
      code: 200,
      data: { dry_run: true, products: 1, problems: [{ line: 3 }, { line: 4 }] },
    })
    await test.app.inject(importCsv('name,price\nA,1\n', '&dry_run=1'))
    expect(await countProducts()).toBe(before)
  })

  it('is all or nothing', async () => {
    const before = await countProducts()
    const answer = await test.app.inject(importCsv('name,price\nA,1\nB,x\n'))
    expect(answer.json()).toMatchObject({ code: 400, error: { kind: 'invalid_request', problems: [{ line: 3 }] } })
    expect(await countProducts()).toBe(before)
  })

  it('makes new products and updates those with the same SKU', async () => {
    const before = await countProducts()
    const created = await test.app.inject(importCsv('name,price,sku,stock\nGula,1000,G,5\nTeh,2000,T,7\n'))
    expect(created.json()).toMatchObject({ data: { created: 2, updated: 0 } })
    const updated = await test.app.inject(importCsv('name,price,sku\nGula,1100,G\nTeh,2000,T\n'))
    expect(updated.json()).toMatchObject({ data: { created: 0, updated: 1, unchanged: 1 } })
    expect(await countProducts()).toBe(before + 2)
    const gula = await one<{ price: number; stock: number }>(db, `SELECT price, stock FROM products WHERE sku = 'G'`)
    expect(gula).toEqual({ price: 1100, stock: 5 })
  })

  it('reads what spreadsheets write: Windows-1252, UTF-16, a line that names the separator', async () => {
    const windows = Buffer.from('name;price;sku\nKopi Caf\u00e9;1;W1252\n', 'latin1')
    const utf16 = Buffer.from('\ufeffsep=;\r\nname;price;sku\r\nTeh \u2013 manis;1;U16\r\n', 'utf16le')
    for (const payload of [windows, utf16]) {
      const answer = await test.app.inject({ ...importCsv(''), payload })
      expect(answer.json()).toMatchObject({ data: { created: 1, problems: [] } })
    }
    expect(await db.query(`SELECT name FROM products WHERE sku IN ('W1252', 'U16') ORDER BY sku`)).toEqual([
      { name: 'Teh \u2013 manis' },
      { name: 'Kopi Caf\u00e9' },
    ])
  })

  it('refuses a line that would take a code from another product, in a dry run too', async () => {
    await test.app.inject(importCsv('name,price,sku,barcode\nSatu,1,SM-1,8997770000017\n'))
    const csv = 'name,price,sku,barcode\nDua,1,SM-2,08997770000017\n'
    const problems = [{ line: 2, reason: expect.stringMatching(/^barcode 8997770000017 belongs to Satu /) }]
    expect((await test.app.inject(importCsv(csv))).json()).toMatchObject({ code: 400, error: { problems } })
    expect((await test.app.inject(importCsv(csv, '&dry_run=1'))).json()).toMatchObject({ data: { problems } })
    expect(await db.query(`SELECT name FROM products WHERE sku LIKE 'SM-%'`)).toEqual([{ name: 'Satu' }])
  })

  it('takes files larger than other bodies may be, to a limit', async () => {
    const line = `${'x'.repeat(190)},1\n`
    const large = await test.app.inject(importCsv(`name,price\n${line.repeat(10_000)}`, '&dry_run=1'))
    expect(large.statusCode).toBe(200)
    const huge = importCsv(`name,price\n${line.repeat(60_000)}`, '&dry_run=1')
    expect(await refusalOf(test.app, huge)).toEqual([413, 'too_large'])
  })

  it('wants text/csv and an existing branch', async () => {
    const json = { ...importCsv(''), headers: asAdminUser, payload: { a: 1 } }
    expect(await refusalOf(test.app, json)).toEqual([400, 'invalid_request'])
    const elsewhere = { ...importCsv('name,price\nA,1\n'), url: '/api/v1/admin/product/import?branch_code=NONE' }
    expect(await refusalOf(test.app, elsewhere)).toEqual([404, 'not_found'])
  })
})

import { hash } from 'node:crypto'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import * as v from 'valibot'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { insertProduct } from '../../../server/sql/products.ts'
import { parseEvent, parseEventPayload } from '../../../src/contract/events.ts'
import {
  changesAnswerSchema,
  checksumAnswerSchema,
  inventoryPageSchema,
  productPageSchema,
  staffAnswerSchema,
} from '../../../src/contract/pages.ts'
import { STAFF_TOKEN_HEADER } from '../../../src/contract/staff-session.ts'
import { transactionListSchema } from '../../../src/contract/transactions.ts'
import { openEmptyDatabase } from '../../pg/support.ts'
import { pngUrl } from '../../picture.ts'
import { addStaffMember, signIn, signInOwner } from './staff-support.ts'
import {
  asAdminUser,
  BRANCH,
  bearer,
  createTestApp,
  OTHER_BRANCH,
  refusalOf,
  setUpTestApp,
  type TestApp,
} from './support.ts'

let db: Database
let test: TestApp
let device: { authorization: string }
let otherDevice: { authorization: string }
let ids: number[]

setUpTestApp(async (opened) => {
  test = opened
  db = opened.db
  device = bearer((await test.enroll()).token)
  otherDevice = bearer((await test.enroll(OTHER_BRANCH)).token)
  ids = await db.transaction(async (tx) => {
    const made: number[] = []
    for (let index = 0; index < 7; index++) {
      const fields = { branchId: 1, name: `Barang ${index}`, price: 1000, stock: 10, updatedBy: 'test', reason: 'test' }
      made.push((await insertProduct(tx, fields)).id)
    }
    return made
  })
})

const get = (url: string, headers: Record<string, string> = device) => test.app.inject({ url, headers })
const refused = (url: string, headers = device) => refusalOf(test.app, { url, headers })

/** As a client writes and hashes it. */
const checksumOf = (records: readonly string[]) => hash('sha256', records.join(','), 'hex').slice(0, 16)

describe('checksums', () => {
  const ask = async (query: string) =>
    v.parse(checksumAnswerSchema, (await get(`/api/v1/master/checksum?${query}`)).json())
  const productRecords = async () =>
    v
      .parse(productPageSchema, (await get('/api/v1/master/product?limit=1000')).json())
      .data.map((row) => `${row.id}:${row.version}:${row.stock_version}`)

  it('[R2] cover all ids in ranges, with the records’ ids and versions as a page tells them', async () => {
    const records = await productRecords()
    const { data, meta } = await ask('resource=product&size=3')
    expect(data).toEqual([
      { up_to: ids[2], count: 3, checksum: checksumOf(records.slice(0, 3)) },
      { up_to: ids[5], count: 3, checksum: checksumOf(records.slice(3, 6)) },
      { up_to: null, count: records.length - 6, checksum: checksumOf(records.slice(6)) },
    ])
    expect(meta).toMatchObject({ seq: expect.any(Number), epoch: expect.any(String) })
  })

  it('[R2] of a part of the ids cover exactly that part', async () => {
    const records = await productRecords()
    const part = await ask(`resource=product&size=2&after=${ids[0]}&upto=${Number(ids[4])}`)
    expect(part.data).toEqual([
      { up_to: ids[2], count: 2, checksum: checksumOf(records.slice(1, 3)) },
      { up_to: ids[4], count: 2, checksum: checksumOf(records.slice(3, 5)) },
    ])
    const none = await ask(`resource=product&after=${Number(ids[6]) + 1000}&upto=${Number(ids[6]) + 2000}`)
    expect(none.data).toEqual([{ up_to: Number(ids[6]) + 2000, count: 0, checksum: checksumOf([]) }])
  })

  it('[R2] of inventory, staff and settings; [I4] of the own branch alone', async () => {
    const inventory = v.parse(inventoryPageSchema, (await get('/api/v1/master/inventory?limit=1000')).json()).data
    const staff = v.parse(staffAnswerSchema, (await get('/api/v1/master/staff')).json()).data
    const checksums = async (resource: string) =>
      (await ask(`resource=${resource}`)).data.map(({ checksum }) => checksum)
    expect(await checksums('inventory')).toEqual([checksumOf(inventory.map(({ id, version }) => `${id}:${version}`))])
    expect(await checksums('staff')).toEqual([checksumOf(staff.map(({ id, version }) => `${id}:${version}`))])
    expect(await checksums('settings')).toEqual([checksumOf([])])
    const other = v.parse(
      checksumAnswerSchema,
      (await get('/api/v1/master/checksum?resource=product', otherDevice)).json(),
    )
    expect(other.data).toEqual([{ up_to: null, count: 0, checksum: checksumOf([]) }])
    expect(await refused(`/api/v1/master/checksum?resource=product&branch_code=${OTHER_BRANCH}`)).toEqual([
      403,
      'forbidden',
    ])
  })

  it('[R2] answer 304 in under 1 kB until something changes', async () => {
    const url = '/api/v1/master/checksum?resource=product&size=500'
    const first = await get(url)
    const known = { ...device, 'if-none-match': String(first.headers.etag) }
    const second = await get(url, known)
    expect(second.statusCode).toBe(304)
    expect(JSON.stringify(second.headers).length + second.payload.length).toBeLessThan(1000)
    await db.query('UPDATE products SET price = price + 1 WHERE id = $1', [ids[0]])
    expect((await get(url, known)).statusCode).toBe(200)
  })

  it.each(['resource=moon', 'resource=product&size=0', 'resource=product&after=-1', 'resource=product&upto=x', ''])(
    'refuse %j in words',
    async (query) => {
      expect(await refused(`/api/v1/master/checksum?${query}`)).toEqual([400, 'invalid_request'])
    },
  )
})

describe('master pages', () => {
  it('[R4] go by id, each with its place in the log', async () => {
    const first = v.parse(productPageSchema, (await get(`/api/v1/master/product?branch_code=${BRANCH}&limit=4`)).json())
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 4))
    expect(first.meta).toMatchObject({ last_id: ids[3], has_more: true, total: 7 })
    const rest = v.parse(productPageSchema, (await get(`/api/v1/master/product?limit=4&last_id=${ids[3]}`)).json())
    expect(rest.data.map(({ id }) => id)).toEqual(ids.slice(4))
    expect(rest.meta).toMatchObject({ has_more: false, seq: first.meta?.seq, epoch: first.meta?.epoch })
  })

  it('give single rows by ids, and inventory beside products', async () => {
    const page = v.parse(productPageSchema, (await get(`/api/v1/master/product?ids=${ids[2]},${ids[5]},999999`)).json())
    expect(page.data.map(({ id }) => id)).toEqual([ids[2], ids[5]])
    const inventory = v.parse(inventoryPageSchema, (await get('/api/v1/master/inventory')).json())
    expect(inventory.data.map(({ quantity }) => quantity)).toEqual(Array(7).fill(10))
  })

  it('[R2] answer 304 until something changes, each URL for itself', async () => {
    const url = '/api/v1/master/product?limit=3'
    const { etag } = (await get(url)).headers
    expect(etag).toMatch(/^"[\w-]+"$/)
    const known = { ...device, 'if-none-match': `"other", W/${etag}` }
    const unchanged = await get(url, known)
    expect([unchanged.statusCode, unchanged.body, unchanged.headers.etag]).toEqual([304, '', etag])
    expect((await get('/api/v1/master/product?limit=2', known)).statusCode).toBe(200)

    await db.query('UPDATE products SET stock = stock - 1 WHERE id = $1', [ids[6]])
    const changed = await get(url, known)
    expect(changed.statusCode).toBe(200)
    expect(changed.headers.etag).not.toBe(etag)
  })

  it('[R2] have the same ETag whether it was computed from the page or from the position alone', async () => {
    const url = '/api/v1/master/inventory'
    const { etag } = (await get(url)).headers
    const again = await get(url, { ...device, 'if-none-match': '"none"' })
    expect(again.headers.etag).toBe(etag)
  })

  it('are those of the device’s own branch only', async () => {
    expect(await refused(`/api/v1/master/product?branch_code=${OTHER_BRANCH}`)).toEqual([403, 'forbidden'])
    expect(await refused(`/api/v1/changes?after=0&branch_code=${OTHER_BRANCH}`)).toEqual([403, 'forbidden'])
    const own = v.parse(productPageSchema, (await get('/api/v1/master/product', otherDevice)).json())
    expect(own.data).toEqual([])
    const foreign = v.parse(productPageSchema, (await get(`/api/v1/master/product?ids=${ids[0]}`, otherDevice)).json())
    expect(foreign.data).toEqual([])
  })

  it.each([
    'limit=0',
    'limit=1001',
    'limit=1.5',
    'limit=abc',
    'last_id=-1',
    'last_id=1e3',
    'ids=a',
    'ids=',
    'ids=1,,2',
  ])('refuse %s', async (query) => {
    expect(await refused(`/api/v1/master/product?${query}`)).toEqual([400, 'invalid_request'])
  })
})

describe('changes', () => {
  it('[S7] give the events after a position, in order, with the log’s end', async () => {
    const { data } = v.parse(changesAnswerSchema, (await get('/api/v1/changes?after=0&limit=3')).json())
    expect(data.events.map((event) => v.parse(v.object({ seq: v.number() }), event).seq)).toEqual([1, 2, 3])
    expect(data.has_more).toBe(true)
    const end = v.parse(changesAnswerSchema, (await get(`/api/v1/changes?after=${data.last_seq}`)).json())
    expect(end.data).toMatchObject({ events: [], has_more: false, last_seq: data.last_seq })
  })

  it('[S7] of a page that many ask for are the same, whatever the encoding, and each branch has its own', async () => {
    const url = '/api/v1/changes?after=0&limit=2'
    const asked = ['identity', 'br', 'gzip', 'br', 'gzip'].map((encoding) =>
      get(url, { ...device, 'accept-encoding': encoding }),
    )
    const answers = await Promise.all(asked)
    const bodies = answers.map(({ headers, rawPayload }) => {
      if (headers['content-encoding'] === 'br') return brotliDecompressSync(rawPayload).toString()
      return headers['content-encoding'] === 'gzip' ? gunzipSync(rawPayload).toString() : rawPayload.toString()
    })
    expect(answers.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip', 'br', 'gzip'])
    expect(new Set(bodies).size).toBe(1)
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'content-type': expect.stringContaining('application/json'),
        'cache-control': 'no-store',
      })
    }
    const own = v.parse(changesAnswerSchema, JSON.parse(bodies[0] ?? ''))
    expect(own.data).toMatchObject({ has_more: true })
    expect(own.data.events).toHaveLength(2)
    const other = v.parse(changesAnswerSchema, (await get(url, otherDevice)).json())
    expect(other.data.events).not.toEqual(own.data.events)
    expect(await refused(url, { authorization: 'Bearer nobody' })).toEqual([401, 'unauthorized'])
  })

  it('[S7] are 410 beyond the log’s end', async () => {
    expect(await refused('/api/v1/changes?after=9999999')).toEqual([410, 'log_expired'])
  })

  it('need a position', async () => {
    expect(await refused('/api/v1/changes')).toEqual([400, 'invalid_request'])
    expect(await refused('/api/v1/changes?after=0&limit=1001')).toEqual([400, 'invalid_request'])
  })
})

describe('an adjustment', () => {
  let owner: Record<string, string>
  let foreignOwner: Record<string, string>
  beforeAll(async () => {
    owner = await signInOwner(test)
    foreignOwner = await signInOwner(test, OTHER_BRANCH)
  })
  const adjust = (body: object, headers = owner) =>
    ({ method: 'POST', url: '/api/v1/inventory/adjustment', payload: body, headers }) as const
  const placeOf = async (productId: number | undefined) => {
    const { data } = v.parse(inventoryPageSchema, (await get('/api/v1/master/inventory?limit=1000')).json())
    return data.find((row) => row.product_id === productId)?.id
  }

  it('counts anew or adds, and the product follows', async () => {
    const inventory_id = await placeOf(ids[0])
    const counted = await test.app.inject(adjust({ inventory_id, quantity: 7.25, reason: 'hitung' }))
    expect(counted.json()).toMatchObject({ code: 200, data: { quantity: 7.25 } })
    const added = await test.app.inject(adjust({ inventory_id, delta: -8, reason: 'rusak' }))
    expect(added.json()).toMatchObject({ data: { quantity: -0.75 } })
    const page = v.parse(productPageSchema, (await get(`/api/v1/master/product?ids=${ids[0]}`)).json())
    expect(page.data[0]?.stock).toBe(-0.75)
  })

  it('takes either quantity or delta, with at most three decimals and a reason', async () => {
    const inventory_id = await placeOf(ids[1])
    for (const body of [
      { inventory_id, quantity: 1, delta: 1, reason: 'x' },
      { inventory_id, reason: 'x' },
      { inventory_id, quantity: 1.2345, reason: 'x' },
      { inventory_id, quantity: '1', reason: 'x' },
      { inventory_id, quantity: 1, reason: ' ' },
      { inventory_id, quantity: 1e12, reason: 'x' },
      { inventory_id, delta: 1, reason: 'nul\u0000' },
    ]) {
      expect(await refusalOf(test.app, adjust(body))).toEqual([400, 'invalid_request'])
    }
  })

  it('reaches no other branch', async () => {
    const inventory_id = await placeOf(ids[0])
    expect(await refusalOf(test.app, adjust({ inventory_id, delta: 1, reason: 'x' }, foreignOwner))).toEqual([
      404,
      'not_found',
    ])
  })

  it('needs the owner: a device alone or a cashier sets no stock', async () => {
    const inventory_id = await placeOf(ids[0])
    const body = { inventory_id, quantity: 0, reason: 'x' }
    expect(await refusalOf(test.app, adjust(body, device))).toEqual([403, 'staff_sign_in_needed'])
    const cashier = await addStaffMember(test, { name: 'Sari', role: 'cashier', pin: '3816' })
    const token = (device.authorization ?? '').replace('Bearer ', '')
    const headers = { ...device, [STAFF_TOKEN_HEADER]: await signIn(test, token, cashier, '3816') }
    expect(await refusalOf(test.app, adjust(body, headers))).toEqual([403, 'forbidden'])
  })
})

describe('settings', () => {
  let owner: Record<string, string>
  beforeAll(async () => {
    owner = await signInOwner(test, OTHER_BRANCH)
  })
  const putAs = (headers: Record<string, string>, values: object, updated_at: string, query = '') =>
    ({ method: 'PUT', url: `/api/v1/settings${query}`, headers, payload: { values, updated_at } }) as const
  const put = (values: object, updated_at: string) => test.app.inject(putAs(owner, values, updated_at))

  it('are of version 0 before the first write; then the last write wins by its time', async () => {
    expect((await get('/api/v1/settings', otherDevice)).json()).toMatchObject({ data: { values: {}, version: 0 } })
    await put({ tax: 11 }, '2025-10-14T21:30:00Z')
    const older = await put({ tax: 10 }, '2025-10-14T21:29:59Z')
    expect(older.json()).toMatchObject({ data: { values: { tax: 11 }, version: 1 } })
    const newer = await put({ tax: 12 }, '2025-10-14T21:30:01Z')
    expect(newer.json()).toMatchObject({ data: { values: { tax: 12 }, version: 2 } })
    expect((await get('/api/v1/settings')).json()).toMatchObject({ data: { version: 0 } })
  })

  it('are not shut by a device whose clock runs ahead', async () => {
    const before = Date.now()
    const ahead = await put({ tax: 13 }, '2099-01-01T00:00:00Z')
    const { data } = ahead.json<{ data: { updated_at: string } }>()
    expect(Date.parse(data.updated_at)).toBeLessThan(before + 60_000)
  })

  it('are written by an owner or an admin for a branch, never by a device; every device reads them', async () => {
    const later = new Date(Date.now() + 1000).toISOString()
    expect(await refusalOf(test.app, putAs(otherDevice, { tax: 1 }, later))).toEqual([403, 'staff_sign_in_needed'])
    expect(await refusalOf(test.app, putAs({}, { tax: 1 }, later))).toEqual([401, 'unauthorized'])
    expect(await refusalOf(test.app, putAs(asAdminUser, { tax: 1 }, later))).toEqual([400, 'invalid_request'])
    const byAdmin = await test.app.inject(putAs(asAdminUser, { tax: 14 }, later, `?branch_code=${OTHER_BRANCH}`))
    expect(byAdmin.json()).toMatchObject({ data: { values: { tax: 14 } } })
    expect((await get('/api/v1/settings', otherDevice)).json()).toMatchObject({ data: { values: { tax: 14 } } })
    expect((await get('/api/v1/settings')).json()).toMatchObject({ data: { version: 0 } })
  })

  it('keep keys that this version does not know, and name the known one that is wrong', async () => {
    const later = new Date(Date.now() + 2000).toISOString()
    for (const [values, key] of [
      [{ tax_rate_bp: 11.5 }, 'tax_rate_bp'],
      [{ tax_rate_bp: '1100' }, 'tax_rate_bp'],
      [{ cash_rounding: 250 }, 'cash_rounding'],
      [{ payment_methods: [] }, 'payment_methods'],
      [{ payment_methods: ['CASH', 'GOLD'] }, 'payment_methods'],
      [{ qris_picture: 'https://example.com/qris.png' }, 'qris_picture'],
      [{ receipt_logo: 'data:image/svg+xml;base64,AAAA' }, 'receipt_logo'],
      [{ receipt_logo: pngUrl({ characters: 60_100 }) }, 'receipt_logo'],
      [{ receipt_logo: `data:image/png;base64,${'A'.repeat(400)}` }, 'receipt_logo'],
      [{ qris_picture: pngUrl({ width: 60_000, height: 60_000 }) }, 'qris_picture'],
      [{ shop_name: 'x'.repeat(101) }, 'shop_name'],
      [{ lock_after_s: -1 }, 'lock_after_s'],
    ] as const) {
      const answer = await test.app.inject(putAs(owner, { ...values }, later))
      expect([answer.statusCode, answer.json()]).toMatchObject([
        400,
        { error: { kind: 'invalid_request', message: expect.stringContaining(`${key} takes`) } },
      ])
    }
    const values = {
      shop_name: 'Toko Sumber',
      tax_rate_bp: 1100,
      qris_picture: pngUrl({ characters: 59_000 }),
      receipt_logo: pngUrl({ characters: 59_000 }),
      colour_of_the_door: { hue: [1, 2] },
    }
    const kept = await test.app.inject(putAs(owner, values, later))
    expect(kept.json()).toMatchObject({ data: { values } })
    const tooMuch = putAs(owner, { notes: 'x'.repeat(170_000) }, later)
    expect(await refusalOf(test.app, tooMuch)).toEqual([413, 'too_large'])
  })

  it('[S1] with two full pictures still travel in an event that counters read', async () => {
    const { events } = v.parse(
      changesAnswerSchema,
      (await get('/api/v1/changes?after=0&limit=1000', otherDevice)).json(),
    ).data
    const last = events.filter((event) => parseEvent(event).type === 'settings_changed').at(-1)
    expect(JSON.stringify(last).length).toBeGreaterThan(118_000)
    expect(parseEventPayload(JSON.stringify(last))).toMatchObject({ type: 'settings_changed' })
  })
})

describe('staff and transactions', () => {
  it('are listed for the branch, a counter’s PIN as a hash, an owner’s and a leaver’s not at all', async () => {
    const payload = { branch_code: BRANCH, name: 'Budi', role: 'cashier', pin: '5274' }
    const made = await test.app.inject({ method: 'POST', url: '/api/v1/admin/staff', headers: asAdminUser, payload })
    expect(made.body).not.toContain('pbkdf2')
    const { data } = v.parse(staffAnswerSchema, (await get('/api/v1/master/staff')).json())
    const owners = data.filter(({ role }) => role === 'owner')
    expect(owners.length).toBeGreaterThan(0)
    expect(new Set(owners.map(({ pin_hash }) => pin_hash))).toEqual(new Set(['']))
    expect(data.find(({ name }) => name === 'Budi')?.pin_hash).toMatch(/^pbkdf2-sha256\$\d+\$[\w+/=]+\$[\w+/=]+$/)
    await db.query(`UPDATE staff SET active = false WHERE name = 'Budi'`)
    const later = v.parse(staffAnswerSchema, (await get('/api/v1/master/staff')).json()).data
    expect(later.find(({ name }) => name === 'Budi')).toMatchObject({ active: false, pin_hash: '' })
    expect(v.parse(transactionListSchema, (await get('/api/v1/transaction?limit=10')).json()).data).toEqual([])
    expect(await refused('/api/v1/transaction?limit=201')).toEqual([400, 'invalid_request'])
  })
})

describe('a database that is away', () => {
  it('is 503 with Retry-After, said by readyz, and no word of SQL leaves', async () => {
    const gone = await openEmptyDatabase()
    const lost = await createTestApp({
      ...gone.db,
      query: () =>
        Promise.reject(Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' })),
    })
    const answer = await lost.app.inject({ url: '/api/v1/master/product', headers: device })
    expect(answer.json()).toMatchObject({ code: 503, error: { kind: 'unavailable' } })
    expect(answer.headers['retry-after']).toBe('2')
    expect(answer.body).not.toContain('10.0.0.5')
    const ready = await lost.app.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toMatchObject([503, { database: { connected: false } }])
    expect((await lost.app.inject('/healthz')).statusCode).toBe(200)
    await lost.app.close()
  })
})

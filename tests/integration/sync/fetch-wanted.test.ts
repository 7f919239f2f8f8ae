import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { writeMeta } from '../../../src/db/meta.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { fetchWanted } from '../../../src/sync/live/fetch-wanted.ts'
import type { HttpLike } from '../../../src/sync/ports.ts'
import { ENROLLMENT } from '../../support/enrollment.ts'

const EPOCH = 'life-1'
const STAFF = { id: 7, name: 'Sari', role: 'cashier', pin_hash: 'h', active: true, version: 1 }
const PRODUCT = { id: 3, name: 'Gula', price: 15_000, version: 1, stock: 9, stock_version: 2 }

let db: CacheDb
let asked: string[]
let told: string[]

beforeEach(async () => {
  db = new CacheDb(`wanted-${randomUUID()}`)
  asked = []
  told = []
  await writeMeta(db, 'device', ENROLLMENT)
  await writeMeta(db, 'position', { epoch: EPOCH, cursor: 1 })
  await db.wantedRows.bulkPut([
    { resource: 'another-version', id: 1 },
    { resource: 'product', id: 3 },
    { resource: 'staff', id: 7 },
  ])
})
afterEach(async () => db.delete())

const fetch = (answer: HttpLike) =>
  fetchWanted({
    db,
    http: (request) => {
      asked.push(request.path)
      return answer(request)
    },
    branchCode: 'B',
    deviceId: ENROLLMENT.device_id,
    now: () => 5,
    onChanged: ({ changed, rows }) =>
      told.push(...changed.map(({ kind, record }) => `${kind.name} ${record.id} of ${rows.length}`)),
  })
const answerWith = (data: unknown, meta?: object) =>
  Promise.resolve({ status: 200, body: { code: 200, data, ...(meta ? { meta } : {}) }, etag: null, retryAfterMs: null })
const page = { last_id: 3, has_more: false, seq: 1, epoch: EPOCH }

it('fetches rows of pages by their ids and lists whole, and forgets what no version here knows', async () => {
  const outcome = await fetch(({ path }) =>
    path.includes('product') ? answerWith([PRODUCT], page) : answerWith([STAFF]),
  )
  expect(outcome).toBe('done')
  expect(asked).toEqual(['/api/v1/master/product?branch_code=B&ids=3', '/api/v1/master/staff?branch_code=B'])
  expect(await db.stocks.get(3)).toMatchObject({ quantity: 9, version: 2 })
  expect(await db.staff.get(7)).toMatchObject({ name: 'Sari' })
  expect(await db.wantedRows.count()).toBe(0)
  expect(told).toEqual(['product 3 of 1', 'stock 3 of 1', 'staff 7 of 1'])
})

it('[C6] a backend that has no such list is asked once, and keeps no other row from being fetched', async () => {
  await fetch(({ path }) => {
    if (path.includes('staff')) throw new HttpFailure('There is nothing at this address', 404, 'not_found')
    return answerWith([PRODUCT], page)
  })
  expect(asked.filter((path) => path.includes('staff'))).toHaveLength(1)
  expect([await db.wantedRows.count(), await db.staff.count(), await db.stocks.count()]).toEqual([0, 0, 1])
})

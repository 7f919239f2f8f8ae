import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RECORDS } from '../../../src/contract/records/registry.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { createRefreshedLines, type RefreshedLines } from '../../../src/sync/health/refreshed-lines.pure.ts'
import type { HttpLike } from '../../../src/sync/ports.ts'
import { checksum } from '../../../src/sync/refresh/checksum.ts'
import { loadHistory } from '../../../src/sync/refresh/load-history.ts'
import { ENROLLMENT } from '../../support/enrollment.ts'

const EPOCH = 'life-1'
const FORBIDDEN = RECORDS.resources.filter(({ isHistory }) => !isHistory).map(({ path }) => path)

let db: CacheDb
/** The server's sales: id → version. */
let sales: Map<number, number>
let seq: number
let asked: string[]
let refreshed: RefreshedLines
/** Requests of this kind fail. */
let fails: (path: string) => HttpFailure | null

beforeEach(async () => {
  db = new CacheDb(`history-${randomUUID()}`)
  sales = new Map(Array.from({ length: 1_200 }, (_, index) => [index + 1, 1]))
  seq = 1
  asked = []
  refreshed = createRefreshedLines(() => 1_300_000)
  fails = () => null
  await writeMeta(db, 'device', ENROLLMENT)
  await writeMeta(db, 'position', { epoch: EPOCH, cursor: 1 })
})
afterEach(async () => db.delete())

const saleOf = (id: number) => ({
  id,
  version: sales.get(id),
  transaction_code: `TRX-${id}`,
  offline_id: null,
  offline_reference: null,
  status: 'paid',
  grand_total: 15_000,
  items: [{ product_id: 1, quantity: 1, price: 15_000 }],
  payments: [],
  device_id: null,
  created_by: null,
  created_at: new Date(id * 1000).toISOString(),
  created_at_device: null,
})

const http: HttpLike = async ({ path, etag: known }) => {
  const { pathname, searchParams } = new URL(path, 'http://server')
  const failure = fails(path)
  if (failure) throw failure
  expect(FORBIDDEN).not.toContain(pathname)
  const etag = `"${seq}"`
  if (known === etag) return { status: 304, etag, retryAfterMs: null, body: null }
  asked.push(path)
  const number = (name: string) => (searchParams.get(name) === null ? null : Number(searchParams.get(name)))
  const ids = [...sales.keys()].toSorted((a, b) => a - b)
  const answer = (data: unknown, meta: object) => ({
    status: 200,
    etag,
    retryAfterMs: null,
    body: { code: 200, data, meta: { seq, epoch: EPOCH, ...meta } },
  })
  if (pathname === PATHS.checksums) {
    const [after, upTo, size] = [number('after') ?? 0, number('upto'), number('size') ?? 500]
    const inside = ids.filter((id) => id > after && (upTo === null || id <= upTo))
    const pieces = Array.from({ length: Math.max(1, Math.ceil(inside.length / size)) }, (_, place) =>
      inside.slice(place * size, (place + 1) * size),
    )
    const ranges = await Promise.all(
      pieces.map(async (piece, place) => ({
        up_to: place === pieces.length - 1 ? upTo : piece.at(-1),
        count: piece.length,
        checksum: await checksum(piece.map((id) => `${id}:${sales.get(id)}`).join(',')),
      })),
    )
    return answer(ranges, {})
  }
  const after = number('last_id') ?? 0
  const limit = number('limit') ?? 200
  const page = ids.filter((id) => id > after).slice(0, limit)
  const last = page.at(-1) ?? after
  return answer(page.map(saleOf), { last_id: last, has_more: ids.some((id) => id > last), total: ids.length })
}

const load = () =>
  loadHistory({
    db,
    http,
    locks: { request: async (_name: string, _options: unknown, work: () => Promise<unknown>) => await work() } as never,
    branchCode: 'B',
    deviceId: ENROLLMENT.device_id,
    guard: { beforePage: async () => new Set(), isAnswered: async () => true },
    checksum,
    now: () => 5,
    onChanged: refreshed.onChanged,
  })
const pages = () => asked.filter((path) => path.startsWith(PATHS.keptSales))

describe('[R6] the history', () => {
  it('is loaded by comparison, newest first, and then nothing is asked for again', async () => {
    expect(await load()).toBe('whole')
    expect(await db.branchSales.count()).toBe(1_200)
    const places = pages().map((path) => Number(new URL(path, 'http://server').searchParams.get('last_id')))
    expect(places).toEqual([1000, 500, 0])
    asked = []
    expect(await load()).toBe('whole')
    expect(asked).toEqual([])
  })

  it('goes on where it was cut off', async () => {
    fails = (path) => (path.includes('last_id=500') ? new HttpFailure('gone', null) : null)
    await expect(load()).rejects.toThrow('gone')
    expect(await db.branchSales.count()).toBe(200)
    expect(await readMeta(db, 'history')).toBeUndefined()
    fails = () => null
    asked = []
    expect(await load()).toBe('whole')
    expect([pages().length, await db.branchSales.count()]).toEqual([2, 1_200])
  })

  it('of a range that is mostly here only what differs is fetched, and what left the server leaves', async () => {
    await load()
    sales.set(700, 2)
    sales.delete(1)
    seq = 2
    asked = []
    expect(await load()).toBe('whole')
    expect(pages().every((path) => path.includes('limit=25'))).toBe(true)
    expect(await db.branchSales.get(700)).toMatchObject({ version: 2 })
    expect([await db.branchSales.get(1), await db.branchSales.count()]).toEqual([undefined, 1_199])
  })

  it('[section 7] is one line of the log when it is loaded, and a line a sale when it is mended', async () => {
    await load()
    expect(refreshed.take(0)).toMatchObject([{ event_type: 'transaction', rows: 1_200, came: 'refreshed' }])
    await load()
    expect(refreshed.take(0)).toEqual([])
    sales.set(700, 2)
    sales.delete(1)
    seq = 2
    await load()
    const of = { product_id: 1, came: 'refreshed' }
    expect(refreshed.take(0)).toMatchObject([
      { ...of, event_type: 'transaction', latency_ms: 600_000 },
      { ...of, event_type: 'transaction_removed', latency_ms: null },
    ])
  })

  it('[C6] a backend without it, or without a log, is none of the app’s trouble', async () => {
    fails = () => new HttpFailure('There is nothing at this address', 404, 'not_found')
    expect(await load()).toBe('none')
    fails = () => new HttpFailure('resource: must be one of product', 400, 'invalid_request')
    expect(await load()).toBe('none')
    await writeMeta(db, 'position', { epoch: null, cursor: 0 })
    fails = () => {
      throw new Error('nobody is asked')
    }
    expect(await load()).toBe('none')
  })

  it('[C3] the end of a load in an old device’s name says nothing of the new one’s history', async () => {
    const isDone = load()
    await writeMeta(db, 'device', { ...ENROLLMENT, device_id: 'DEV-ANOTHER' })
    expect(await isDone).toBe('later')
    expect([await db.branchSales.count(), await readMeta(db, 'history')]).toEqual([0, undefined])
  })

  it('[C8] waits for a refresh, and stores nothing of another life of the log', async () => {
    await writeMeta(db, 'position', { epoch: EPOCH, cursor: null })
    expect([await load(), asked]).toEqual(['later', []])
    await writeMeta(db, 'position', { epoch: 'life-2', cursor: 1 })
    expect([await load(), await db.branchSales.count()]).toEqual(['later', 0])
    expect(await readMeta(db, 'history')).toBeUndefined()
  })
})

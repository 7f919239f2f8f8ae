import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { commitRefreshStart } from '../../../src/db/commit-refresh.ts'
import { commitEvents, commitFetchedRows, commitFreshness, readPosition } from '../../../src/db/commit-rows.ts'
import { saveEnrollment } from '../../../src/db/device.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { beginRefresh } from '../../../src/sync/refresh/refresh.pure.ts'
import { ENROLLMENT } from '../../support/enrollment.ts'
import { productRow, stockRow, writesOf } from '../../unit/sync/rows.ts'

const { device_id: deviceId } = ENROLLMENT
const OF_ONE = { deviceId, ids: new Map([['stock', new Set([1])]]), learns: false }
const at = { epoch: 'life-1', cursor: 10 }
let db: CacheDb

beforeEach(async () => {
  db = new CacheDb(`commit-${Math.random()}`)
  await db.stocks.put(stockRow({ id: 1, quantity: 100 }))
  await writeMeta(db, 'device', ENROLLMENT)
  await writeMeta(db, 'position', at)
})
afterEach(async () => db.delete())

const commit = (expected: typeof at, stock: number, cursor: number | null = 11) =>
  commitEvents(db, {
    expected,
    cursor,
    ...OF_ONE,
    decide: () => ({ writes: writesOf('stock', stockRow({ id: 1, quantity: stock })), said: 'so' }),
  })
const stored = async () => [(await db.stocks.get(1))?.quantity, await readPosition(db)]

describe('committing a batch', () => {
  it('[C3] stores rows and cursor together', async () => {
    expect(await commit(at, 99)).toMatchObject({ said: 'so' })
    expect(await stored()).toEqual([99, { epoch: 'life-1', cursor: 11 }])
  })

  it.each([
    ['another cursor', { epoch: 'life-1', cursor: 9 }],
    ['another epoch', { epoch: 'life-0', cursor: 10 }],
  ])('[C3] made for %s writes nothing', async (_, expected) => {
    expect(await commit(expected, 99)).toBe('moved')
    expect(await stored()).toEqual([100, at])
  })

  it('[C3] that fails in the middle leaves neither rows nor cursor', async () => {
    const failing = commitEvents(db, {
      expected: at,
      cursor: 11,
      ...OF_ONE,
      decide: () => ({
        writes: {
          ...writesOf('stock', stockRow({ id: 1, quantity: 99 })),
          // A function can't be stored: the write after the stock's fails as a full disk would.
          wanted: [{ resource: 'product', id: (() => 1) as unknown as number }],
        },
      }),
    })
    await expect(failing).rejects.toThrow()
    expect(await stored()).toEqual([100, at])
  })

  it('[C6] of events outside the log leaves the cursor alone', async () => {
    expect(await commit(at, 99, null)).toMatchObject({ said: 'so' })
    expect(await stored()).toEqual([99, at])
  })

  it('[C2] with an unversioned value gives up the ETag, so that the next refresh fetches the row', async () => {
    await writeMeta(db, 'etag', { value: '"x"' })
    await commit(at, 98)
    expect(await readMeta(db, 'etag')).toEqual({ value: '"x"' })
    await commitEvents(db, {
      expected: { epoch: 'life-1', cursor: 11 },
      cursor: null,
      ...OF_ONE,
      decide: () => ({
        writes: writesOf('stock', stockRow({ id: 1, provenance: { epoch: 'life-1', unversioned: true } })),
      }),
    })
    expect(await readMeta(db, 'etag')).toBeUndefined()
  })
})

it('[D3] is fresh only as far as it has been written', async () => {
  await commitFreshness(db, deviceId, 5000, 11)
  expect(await readMeta(db, 'freshness')).toBeUndefined()
  await commitFreshness(db, 'DEV-BEFORE', 5000, 10)
  expect(await readMeta(db, 'freshness')).toBeUndefined()
  await commitFreshness(db, deviceId, 5000, 10)
  expect(await readMeta(db, 'freshness')).toEqual({ asOf: 5000 })
})

it('[C8] rows fetched by id that are of another epoch are discarded, and stay wanted', async () => {
  const wanted = [{ resource: 'product', id: 7 }]
  await db.wantedRows.bulkPut(wanted)
  const fetched = { deviceId, resource: 'product', ids: [7], range: null, wanted }
  const decide = () => writesOf('product', productRow({ id: 7 }))
  expect(await commitFetchedRows(db, { ...fetched, epoch: 'life-2', decide })).toBe('moved')
  expect([await db.products.count(), await db.wantedRows.count()]).toEqual([0, 1])
  expect(await commitFetchedRows(db, { ...fetched, epoch: 'life-1', decide })).toBe('committed')
  expect([await db.products.count(), await db.wantedRows.count()]).toEqual([1, 0])
})

it('[C3] what another device than the cache’s has asked for is not stored, nor a refresh begun', async () => {
  await saveEnrollment(db, { ...ENROLLMENT, device_id: 'DEV-00000002' }, null)
  // The new one has come as far in the same log.
  await writeMeta(db, 'position', at)
  expect(await commit(at, 99)).toBe('moved')
  const fetched = { deviceId, resource: 'product', epoch: undefined, ids: [7], range: null, wanted: [] }
  expect(await commitFetchedRows(db, { ...fetched, decide: () => writesOf('product', productRow({ id: 7 })) })).toBe(
    'moved',
  )
  expect(await commitRefreshStart(db, deviceId, beginRefresh(true, 1, ['product']))).toBe(false)
  expect([await db.stocks.count(), await db.products.count(), await readMeta(db, 'refresh')]).toEqual([0, 0, undefined])
  expect(await readPosition(db)).toEqual(at)
  expect(await commitRefreshStart(db, 'DEV-00000002', beginRefresh(true, 1, ['product']))).toBe(true)
})

import 'fake-indexeddb/auto'
import { Dexie, type ObservabilitySet, RangeSet } from 'dexie'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { commitFetchedRows } from '../../../src/db/commit-rows.ts'
import { liveQuery } from '../../../src/db/live-query.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { rangesOf } from '../../../src/db/ranges.ts'
import { ENROLLMENT } from '../../support/enrollment.ts'
import { inventoryRow, stockRow, writesOf } from '../../unit/sync/rows.ts'

const PAGE = Array.from({ length: 1000 }, (_, index) => 1001 + index)

let db: CacheDb
let ends: (() => void)[]

beforeEach(async () => {
  db = new CacheDb(`live-${Math.random()}`)
  await db.open()
  await writeMeta(db, 'device', ENROLLMENT)
  ends = []
})
afterEach(async () => {
  for (const end of ends) end()
  await db.delete()
})

/** What it showed, one after the other. */
function watch<T>(querier: () => Promise<T>): { readonly shown: T[]; readonly read: () => number } {
  const shown: T[] = []
  let reads = 0
  const counted = async () => {
    reads += 1
    return await querier()
  }
  const subscription = liveQuery([db], counted).subscribe((value) => shown.push(value))
  ends.push(() => subscription.unsubscribe())
  return { shown, read: () => reads }
}

const storePage = (stock: number) =>
  commitFetchedRows(db, {
    deviceId: ENROLLMENT.device_id,
    resource: 'product',
    epoch: null,
    ids: [],
    range: { after: 1000, upTo: 2000 },
    wanted: [],
    decide: () => writesOf('stock', ...PAGE.map((id) => stockRow({ id, quantity: stock }))),
  })

describe('a refreshed page', () => {
  it('[R2] is told to the other pages as a few ranges, not as its thousand keys', async () => {
    const told: ObservabilitySet[] = []
    const listen = (parts: ObservabilitySet) => void told.push(parts)
    Dexie.on.storagemutated.subscribe(listen)
    ends.push(() => Dexie.on.storagemutated.unsubscribe(listen))
    await storePage(7)
    const ranges = told.flatMap((parts) => Object.values(parts)).flatMap(rangesOf)
    expect(ranges.length).toBeGreaterThan(0)
    expect(ranges.length).toBeLessThan(300)
  })

  it('[V1] wakes a query of its products, and none of others', async () => {
    const inside = watch(async () => (await db.stocks.bulkGet([1500, 2000])).map((row) => row?.quantity))
    const beside = watch(async () => (await db.stocks.bulkGet([1000, 2001])).map((row) => row?.quantity))
    await vi.waitFor(() => expect([inside.shown.length, beside.shown.length]).toEqual([1, 1]))
    await storePage(7)
    await vi.waitFor(() => expect(inside.shown.at(-1)).toEqual([7, 7]))
    expect(beside.read()).toBe(1)
  })

  it('[V1] wakes a query by an index, for what left it and for what came, and none of other keys', async () => {
    const storePlaces = (product: number) =>
      commitFetchedRows(db, {
        deviceId: ENROLLMENT.device_id,
        resource: 'inventory',
        epoch: null,
        ids: [],
        range: { after: 1000, upTo: 2000 },
        wanted: [],
        decide: () => writesOf('inventory', ...PAGE.map((id) => inventoryRow({ id, product_id: product }))),
      })
    const placesOf = (product: number) =>
      watch(async () => (await db.inventory.where('product_id').equals(product).toArray()).length)
    await storePlaces(5)
    const [left, came, beside] = [placesOf(5), placesOf(6), placesOf(9)]
    await vi.waitFor(() => expect([left, came, beside].map(({ shown }) => shown.at(-1))).toEqual([1000, 0, 0]))
    await storePlaces(6)
    await vi.waitFor(() => expect([left, came].map(({ shown }) => shown.at(-1))).toEqual([0, 1000]))
    expect(beside.shown).toEqual([0])
  })
})

describe('a query that nothing concerns', () => {
  /** As a live event of another product tells it. */
  const other = (id: number): ObservabilitySet => ({
    [`idb://${db.name}/products/`]: new RangeSet(id),
    [`idb://${db.name}/products/:dels`]: new RangeSet(id),
  })

  it('[V2] reads again before it has kept much of what else was written, and shows the next change', async () => {
    await writeMeta(db, 'rev', { value: 1 })
    const rev = watch(async () => (await readMeta(db, 'rev'))?.value)
    await vi.waitFor(() => expect(rev.shown).toEqual([1]))
    for (let id = 1; id <= 250; id += 1) Dexie.on.storagemutated.fire(other(id))
    expect(rev.read()).toBe(1)
    Dexie.on.storagemutated.fire(other(251))
    await vi.waitFor(() => expect(rev.shown).toEqual([1, 1]))
    for (let id = 1; id <= 200; id += 1) Dexie.on.storagemutated.fire(other(id))
    await writeMeta(db, 'rev', { value: 2 })
    await vi.waitFor(() => expect(rev.shown.at(-1)).toBe(2))
    expect(rev.read()).toBe(3)
  })

  it('[V2] is left to read to its end, however much is written meanwhile', async () => {
    await writeMeta(db, 'rev', { value: 1 })
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const rev = watch(async () => {
      const value = (await readMeta(db, 'rev'))?.value
      await Dexie.waitFor(held)
      return value
    })
    await vi.waitFor(() => expect(rev.read()).toBe(1))
    for (let id = 1; id <= 9000; id += 1) Dexie.on.storagemutated.fire(other(id))
    release()
    await vi.waitFor(() => expect(rev.shown).toEqual([1]))
    expect(rev.read()).toBe(1)
  })
})

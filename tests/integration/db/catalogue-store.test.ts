import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { readCatalogueChanges, readWholeCatalogue } from '../../../src/db/catalogue.ts'
import { FRONT_ROWS, keepFront } from '../../../src/db/catalogue-front.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import type { ProductRow, RefreshState } from '../../../src/db/rows.ts'
import { CatalogueIndex, type CatalogueQuery } from '../../../src/features/shared/goods/catalogue-index.ts'
import { type Catalogue, createCatalogueStore, sectionsOf } from '../../../src/features/shared/goods/catalogue-store.ts'
import { findProducts } from '../../../src/features/shared/goods/find-products.ts'
import { beginRefresh } from '../../../src/sync/refresh/refresh.pure.ts'
import { productRow } from '../../unit/sync/rows.ts'

const FIRST: CatalogueQuery = { text: '', category: null, inactive: false, order: 'name', stocks: null }

let db: CacheDb
beforeEach(() => {
  db = new CacheDb(`cache-${randomUUID()}`)
})
afterEach(async () => db.delete())

it('[R3] a page that stood still knows what was removed, also when that has been forgotten since', async () => {
  await db.products.bulkPut([productRow({ id: 1, rev: 1 }), productRow({ id: 2, rev: 2 })])
  await writeMeta(db, 'rev', { value: 2 })
  await writeMeta(db, 'freshness', { asOf: 1 })
  const store = createCatalogueStore(db)
  let thaw: () => void = () => undefined
  const stopThawing = vi.fn()
  const stop = store.start((listener) => {
    thaw = listener
    return stopThawing
  })
  const ids = () => [1, 2].filter((id) => store.get().index.get(id) !== undefined)
  await vi.waitFor(() => expect(ids()).toEqual([1, 2]))
  // Another tab removed it, and a refresh has dropped the tombstone: no row says so, and no event came here.
  const elsewhere = await new CacheDb(db.name).open()
  await deleteQuietly(elsewhere.backendDB(), 2)
  elsewhere.close()
  thaw()
  await vi.waitFor(() => expect(ids()).toEqual([1]))
  stop()
  expect(stopThawing).toHaveBeenCalledOnce()
})

/** As it is for a page that hears of nothing. */
function deleteQuietly(connection: IDBDatabase, id: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = connection.transaction('products', 'readwrite')
    transaction.objectStore('products').delete(id)
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
}

const named = (id: number, name: string, more: Partial<ProductRow> = {}) => productRow({ id, name, rev: id, ...more })

it('[V1] a start shows the first rows as they are stored now, before the rest has been read', async () => {
  await db.products.bulkPut([...Array(200).keys()].map((n) => named(n + 1, `Barang ${String(n + 1).padStart(3, '0')}`)))
  await db.products.bulkPut([named(201, 'Aqua', { category: 'Minuman' }), named(202, 'Abon', { active: false })])
  await writeMeta(db, 'rev', { value: 202 })
  // A first load that is under way knows no beginning yet.
  expect(await keepFront(db, { ids: [7], categories: [], hasInactive: false })).toBe(false)
  expect(await readMeta(db, 'front')).toBeUndefined()
  await writeMeta(db, 'freshness', { asOf: 1 })
  const before = createCatalogueStore(db)
  const stop = before.start(() => () => undefined)
  await vi.waitFor(async () => expect((await readMeta(db, 'front'))?.ids).toHaveLength(FRONT_ROWS), 10_000)
  stop()
  await db.products.update(201, { price: 4500 })
  await db.products.delete(1)
  await db.products.update(2, { active: false })

  const store = createCatalogueStore(db)
  const shown: Catalogue[] = []
  store.subscribe(() => shown.push(store.get()))
  onTestFinished(store.start(() => () => undefined))
  await vi.waitFor(() => expect(store.get().state).toBe('ready'))
  const [first, last] = [shown[0], shown.at(-1)]
  if (!first || !last) throw new Error('nothing was shown')
  expect(first).toMatchObject({ state: 'loading', revision: 0 })
  const { entries } = findProducts(first, FIRST)
  expect(entries.slice(0, 2)).toEqual([
    expect.objectContaining({ id: 201, price: 4500 }),
    expect.objectContaining({ id: 3 }),
  ])
  expect(findProducts(last, FIRST).entries.slice(0, entries.length)).toEqual(entries)
  expect(sectionsOf(first)).toMatchObject(sectionsOf(last))
  // What somebody asks for is in no front.
  expect(findProducts(first, { ...FIRST, text: 'aqua' }).entries).toEqual([])
  expect(findProducts(first, { ...FIRST, category: 'Minuman' }).entries).toEqual([])
})

describe('a catalogue that comes in for the first time', () => {
  const page = async (from: number, load: Partial<RefreshState>) => {
    await db.transaction('rw', db.products, db.meta, async () => {
      await db.products.bulkPut([...Array(100).keys()].map((n) => named(from + n, 'Gula')))
      await writeMeta(db, 'rev', { value: from + 99 })
      await writeMeta(db, 'refresh', { ...beginRefresh(true, 1, ['product']), loaded: from + 99, ...load })
    })
  }

  it('[V1] is read once, at the end of its first load, and not with every page', async () => {
    await page(1, {})
    const store = createCatalogueStore(db)
    onTestFinished(store.start(() => () => undefined))
    for (let from = 101; from < 901; from += 100) {
      await page(from, {})
      // As long as what a page wakes takes to be read.
      await readCatalogueChanges(db, 0)
    }
    expect(store.get()).toMatchObject({ state: 'loading', revision: 0 })
    await page(901, { phase: 'complete', finishedAt: 2 })
    await vi.waitFor(() => expect(store.get().index.size).toBe(1000))
    expect(store.get()).toMatchObject({ state: 'ready', revision: 1 })
    // And goes on with what changes from then on.
    await db.products.put(named(1, 'Garam', { rev: 5000 }))
    await vi.waitFor(() => expect(store.get().index.get(1)?.name).toBe('Garam'))
  })

  it('[V1] is there as far as it came when its first load stands still', async () => {
    await page(1, {})
    const store = createCatalogueStore(db)
    onTestFinished(store.start(() => () => undefined))
    await vi.waitFor(() => expect(store.get()).toMatchObject({ state: 'ready' }), 10_000)
    expect(store.get().index.size).toBe(100)
    await page(101, {})
    await vi.waitFor(() => expect(store.get().index.size).toBe(200))
  })
})

it('[V1] what is written while the whole catalogue is read is not missed', async () => {
  const rows = 4100
  await db.products.bulkPut([...Array(rows).keys()].map((n) => named(n + 1, 'old')))
  await writeMeta(db, 'rev', { value: rows })
  for (let turns = 0; turns < 12; turns += 1) {
    const reading = readWholeCatalogue(db, () => false)
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setTimeout(resolve))
    const rev = (await readMeta(db, 'rev'))?.value ?? 0
    const name = `new ${turns}`
    await db.transaction('rw', db.products, db.meta, async () => {
      await db.products.bulkPut([named(1, name, { rev: rev + 1 }), named(rows, name, { rev: rev + 2 })])
      await writeMeta(db, 'rev', { value: rev + 2 })
    })
    const index = new CatalogueIndex()
    const whole = await reading
    if (whole === null) throw new Error('nobody stopped it')
    index.apply(whole)
    index.apply(await readCatalogueChanges(db, whole.rev))
    expect(index.size).toBe(rows)
    expect([index.get(1)?.name, index.get(rows)?.name]).toEqual([name, name])
  }
})

it('[V1] a catalogue that others write all the time is read all the same, and what they wrote is in it', async () => {
  const rows = 6000
  await db.products.bulkPut([...Array(rows).keys()].map((n) => named(n + 1, 'old')))
  await writeMeta(db, 'rev', { value: rows })
  await writeMeta(db, 'freshness', { asOf: 1 })
  let isWriting = true
  let rev = rows
  const writing = (async () => {
    while (isWriting) {
      rev += 1
      await db.transaction('rw', db.products, db.meta, async () => {
        await db.products.put(named(1, `new ${rev}`, { rev }))
        await writeMeta(db, 'rev', { value: rev })
      })
    }
  })()
  const store = createCatalogueStore(db)
  onTestFinished(store.start(() => () => undefined))
  await vi.waitFor(() => expect(store.get()).toMatchObject({ state: 'ready' }), 20_000)
  expect(store.get().index.size).toBe(rows)
  isWriting = false
  await writing
  await vi.waitFor(() => expect(store.get().index.get(1)?.name).toBe(`new ${rev}`))
})

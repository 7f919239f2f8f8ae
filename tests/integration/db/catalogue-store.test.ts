import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { createCatalogueStore } from '../../../src/features/shared/goods/catalogue-store.ts'
import { productRow } from '../../unit/sync/rows.ts'

let db: CacheDb
beforeEach(() => {
  db = new CacheDb(`cache-${randomUUID()}`)
})
afterEach(async () => db.delete())

it('[R3] a page that stood still knows what was removed, also when that has been forgotten since', async () => {
  await db.products.bulkPut([productRow({ id: 1, rev: 1 }), productRow({ id: 2, rev: 2 })])
  await db.meta.put({ key: 'rev', value: { value: 2 } })
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

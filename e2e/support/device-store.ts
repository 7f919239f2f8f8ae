import { isDeepStrictEqual } from 'node:util'
import { expect, type Page } from '@playwright/test'
import { CACHE_DB_NAME } from '../../src/db/cache-db.ts'
import type { InventoryRow, MetaValues, ProductRow, SettingsRow, StockRow } from '../../src/db/rows.ts'
import type { Branch } from './admin-client.ts'
import type { SqlClient } from './sql-client.ts'

/** What a tablet has in its IndexedDB, read past the app. */
export interface DeviceStore {
  readonly products: readonly ProductRow[]
  /** Of the products with the same ids, in their order. */
  readonly stocks: readonly StockRow[]
  readonly inventory: readonly InventoryRow[]
  readonly meta: Partial<MetaValues>
  /** The shop's, as the server gave them; null before it has. */
  readonly settings: SettingsRow | null
}

/** More than anything that a tablet does between two steps of catching up, on a slow machine. */
const STANDSTILL_MS = 30_000

export async function readDeviceStore(page: Page): Promise<DeviceStore> {
  return await page.evaluate(
    (name) =>
      new Promise<DeviceStore>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const transaction = db.transaction(['products', 'stocks', 'inventory', 'meta', 'branchSettings'])
          const products = transaction.objectStore('products').getAll()
          const stocks = transaction.objectStore('stocks').getAll()
          const inventory = transaction.objectStore('inventory').getAll()
          const meta = transaction.objectStore('meta').getAll()
          const settings = transaction.objectStore('branchSettings').getAll()
          transaction.onabort = () => reject(transaction.error)
          transaction.oncomplete = () => {
            db.close()
            resolve({
              products: products.result,
              stocks: stocks.result,
              inventory: inventory.result,
              meta: Object.fromEntries(meta.result.map(({ key, value }) => [key, value])),
              settings: settings.result[0] ?? null,
            })
          }
        }
      }),
    CACHE_DB_NAME,
  )
}

/** One of its facts alone, where a whole catalogue would take seconds to read. */
export async function readDeviceMeta<K extends keyof MetaValues>(
  page: Page,
  key: K,
): Promise<MetaValues[K] | undefined> {
  return await page.evaluate(
    ([name, key]) =>
      new Promise<MetaValues[K] | undefined>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const reading = db.transaction('meta').objectStore('meta').get(key)
          reading.onerror = () => reject(reading.error)
          reading.onsuccess = () => {
            db.close()
            resolve(reading.result?.value)
          }
        }
      }),
    [CACHE_DB_NAME, key] as const,
  )
}

/** The credentials that this tablet was given. */
export async function readEnrollment(page: Page): Promise<MetaValues['device']> {
  const { device } = (await readDeviceStore(page)).meta
  if (device === undefined) throw new Error('this tablet is not enrolled')
  return device
}

/** What this tablet signs in with at its broker. */
export async function readMqttPassword(page: Page): Promise<string> {
  const { mqtt_password: kept } = (await readDeviceStore(page)).meta
  if (kept === undefined) throw new Error('this tablet has no password for its broker')
  return kept.password
}

/** However long it takes: what fails is a tablet that stands still before it is there. */
async function expectPosition(page: Page, wanted: unknown): Promise<void> {
  const read = async () => (await readDeviceStore(page)).meta.position
  const isThere = (position: unknown) => isDeepStrictEqual(position, wanted)
  for (let position = await read(); !isThere(position); ) {
    const before = position
    await expect
      .poll(
        async () => {
          position = await read()
          return isDeepStrictEqual(position, before)
        },
        {
          message: `the tablet stands at ${JSON.stringify(before)} of ${JSON.stringify(wanted)}`,
          timeout: STANDSTILL_MS,
        },
      )
      .toBe(false)
  }
}

/**
 * Waits until the tablet has applied the branch's whole log and holds exactly the database's rows, versions included
 * (architecture section 5, invariant 2). The branch must be quiet.
 */
export async function expectEqualToDatabase(page: Page, sql: SqlClient, branch: Branch): Promise<void> {
  const [position] = await sql.query<{ cursor: number; epoch: string }>(
    'SELECT s.seq AS cursor, l.epoch FROM branch_seq s CROSS JOIN log_state l WHERE s.branch_id = $1',
    [branch.id],
  )
  await expectPosition(page, position)
  const products = await sql.query(
    'SELECT id, name, active, version, stock, stock_version FROM products WHERE branch_id = $1 ORDER BY id',
    [branch.id],
  )
  const inventory = await sql.query(
    'SELECT id, product_id, place, quantity, version FROM inventory WHERE branch_id = $1 ORDER BY id',
    [branch.id],
  )
  const stored = await readDeviceStore(page)
  expect(
    stored.products.map(({ id, name, active, version }, index) => ({
      id,
      name,
      active,
      version,
      stock: stored.stocks[index]?.quantity,
      stock_version: stored.stocks[index]?.version,
    })),
  ).toEqual(products)
  expect(stored.stocks.map(({ id }) => id)).toEqual(stored.products.map(({ id }) => id))
  expect(
    stored.inventory.map(({ id, product_id, place, quantity, version }) => ({
      id,
      product_id,
      place,
      quantity,
      version,
    })),
  ).toEqual(inventory)
}

/** Changes fields of one row behind the app's back; `path` leads to the object that has them, `value` for a row of `meta`. */
export async function changeDeviceRow(
  page: Page,
  change: {
    readonly table: 'meta' | 'products' | 'stocks' | 'inventory'
    readonly key: string | number
    readonly path?: string
    readonly fields: Record<string, unknown>
  },
): Promise<void> {
  await page.evaluate(
    ({ name, table, key, path, fields }) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const transaction = db.transaction(table, 'readwrite')
          const rows = transaction.objectStore(table)
          const reading = rows.get(key)
          reading.onsuccess = () => {
            const row = reading.result
            Object.assign(path === undefined ? row : row[path], fields)
            rows.put(row)
          }
          transaction.onabort = () => reject(transaction.error)
          transaction.oncomplete = () => {
            db.close()
            resolve()
          }
        }
      }),
    { name: CACHE_DB_NAME, ...change },
  )
}

/** Every product costs 7 more in the database of the device, whose screens do not learn of it, and is of an older version. */
export async function makePricesWrong(page: Page): Promise<void> {
  await page.evaluate(
    (name) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const transaction = db.transaction('products', 'readwrite')
          const products = transaction.objectStore('products')
          const reading: IDBRequest<{ price: number; version: number }[]> = products.getAll()
          reading.onsuccess = () => {
            for (const row of reading.result) products.put({ ...row, price: row.price + 7, version: row.version - 1 })
          }
          transaction.onabort = () => reject(transaction.error)
          transaction.oncomplete = () => {
            db.close()
            resolve()
          }
        }
      }),
    CACHE_DB_NAME,
  )
}

/** How many products still cost what `makePricesWrong` made of it: the server has whole hundreds. */
export async function countWrongPrices(page: Page): Promise<number> {
  return await page.evaluate(
    (name) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const transaction = db.transaction('products')
          const reading: IDBRequest<{ price: number }[]> = transaction.objectStore('products').getAll()
          transaction.onabort = () => reject(transaction.error)
          transaction.oncomplete = () => {
            db.close()
            resolve(reading.result.filter(({ price }) => price % 100 === 7).length)
          }
        }
      }),
    CACHE_DB_NAME,
  )
}

/** Keeps a transaction open that writes to a store: whatever else needs the store waits until the page ends. */
export async function writeForEver(
  page: Page,
  { database, store }: { database: string; store: string },
): Promise<void> {
  await page.evaluate(
    async ([name, table]) =>
      await new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const rows = opening.result.transaction(table, 'readwrite').objectStore(table)
          const goOn = () => {
            rows.count().onsuccess = () => {
              resolve()
              goOn()
            }
          }
          goOn()
        }
      }),
    [database, store] as const,
  )
}

/** Every record of every database of the tablet, as one text: to look for what must not be there. */
export async function readEverything(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const found: unknown[] = []
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name))
      for (const store of db.objectStoreNames) {
        found.push([name, store, await done(db.transaction(store).objectStore(store).getAll())])
      }
      db.close()
    }
    return JSON.stringify([found, { ...sessionStorage }])
  })
}

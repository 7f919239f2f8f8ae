/** Databases of earlier versions, opened by today's: fixtures recorded from the versions that were in use (e2e/record). */
import 'fake-indexeddb/auto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Dexie } from 'dexie'
import { afterEach, describe, expect, it } from 'vitest'
import type { DeviceProfile } from '../../../src/contract/device.ts'
import { CACHE_DB_NAME, CacheDb } from '../../../src/db/cache-db.ts'
import { saveEnrollment } from '../../../src/db/device.ts'
import { JOURNAL_DB_NAME, JournalDb } from '../../../src/db/journal/journal-db.ts'
import { DatabaseOpenError, needsUpgrade, openDatabase } from '../../../src/db/open-database.ts'
import { readUnsent } from '../../../src/db/sales/read-operations.ts'
import { SALES_DB_NAME, SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { OperationRow } from '../../../src/db/sales/sales-rows.ts'
import { readStockNumbers } from '../../../src/db/stock-numbers.ts'
import { readProducts } from '../../../src/db/watch-products.ts'
import { rescueUnsent } from '../../../src/sync/outbox/rescue-unsent.ts'
import { importFile } from '../../../src/sync/outbox/unsent-file.ts'
import {
  type DatabaseFixture,
  dumpDatabases,
  restoreDatabases,
  type StoreFixture,
} from '../../support/database-fixture.ts'

const FOLDER = join(import.meta.dirname, '../../fixtures/databases')
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
const WITH_SALES = 'cache-2_sales-1.json'
const AT = Date.UTC(2026, 10, 23, 5)
/** Sales, a void, a refund, a cash movement, a shift closed and another opened. */
const UNSENT = 35

const opened: Dexie[] = []
const { put } = IDBObjectStore.prototype
const patient = { onOutdated: () => undefined, patienceMs: 10_000 }

afterEach(async () => {
  IDBObjectStore.prototype.put = put
  for (const db of opened.splice(0)) db.close()
  for (const { name = '' } of await indexedDB.databases()) await Dexie.delete(name)
})

const readFixture = (file: string): DatabaseFixture[] => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))
const known = <T extends Dexie>(db: T): T => {
  opened.push(db)
  return db
}
const ALL = { [CACHE_DB_NAME]: CacheDb, [SALES_DB_NAME]: SalesDb, [JOURNAL_DB_NAME]: JournalDb }
const NAMES = Object.keys(ALL)
const openAll = async () => ({
  cache: await openDatabase(known(new CacheDb(CACHE_DB_NAME)), patient),
  sales: await openDatabase(known(new SalesDb(SALES_DB_NAME)), patient),
  journal: await openDatabase(known(new JournalDb(JOURNAL_DB_NAME)), patient),
})
const rowsOf = (databases: readonly DatabaseFixture[], name: string, store: string): readonly unknown[] =>
  databases.find((database) => database.name === name)?.stores.find((one) => one.name === store)?.rows ?? []
const operationsIn = (databases: readonly DatabaseFixture[]) =>
  ['pendingTransactions', 'operations'].flatMap((store) => rowsOf(databases, SALES_DB_NAME, store)) as OperationRow[]

type Old = Readonly<Record<string, unknown>>

/** What version 3 of the cache makes of the stores of one before: each record by itself, where it comes from under one name. */
function splitStores(stores: readonly StoreFixture[]): Pick<StoreFixture, 'name' | 'rows'>[] {
  const from =
    (key: string) =>
    ({ [key]: provenance, ...row }: Old) => ({ ...row, provenance })
  return stores.flatMap(({ name, rows }): Pick<StoreFixture, 'name' | 'rows'>[] => {
    const old = rows as readonly Old[]
    switch (name) {
      case 'products': {
        const split = old.map(({ stock, stock_version: version, stocked, ...row }) => ({
          product: from('catalogue')(row),
          stock: { id: row.id, quantity: stock, version, provenance: stocked },
        }))
        return [
          { name, rows: split.map(({ product }) => product) },
          { name: 'stocks', rows: split.map(({ stock }) => stock) },
        ]
      }
      case 'inventory':
        return [{ name, rows: old.map(from('counted')) }]
      case 'staff':
        return [{ name, rows: old.map(from('kept')) }]
      case 'settings':
        return [
          { name: 'branchSettings', rows: old.map(from('kept')).map(({ key: _, ...row }: Old) => ({ ...row, id: 1 })) },
        ]
      case 'meta':
        // What lies in other tables now is compared anew.
        return [{ name, rows: old.filter(({ key }) => key !== 'etag') }]
      case 'wanted':
        return [{ name: 'wantedRows', rows: old.map(({ kind: resource, id }) => ({ resource, id })) }]
      case 'tombstones':
        return [
          {
            name,
            rows: old.flatMap(({ stock_version: version, rev, ...row }) =>
              row.kind === 'product'
                ? [
                    { ...row, rev },
                    { ...row, kind: 'stock', version },
                  ]
                : [row],
            ),
          },
        ]
      default:
        return [{ name, rows }]
    }
  })
}

/** A tablet in the middle of an upgrade has no room left. */
function failUpgrades(): void {
  IDBObjectStore.prototype.put = function (...row) {
    if (this.transaction.mode === 'versionchange') throw new DOMException('The disk is full', 'QuotaExceededError')
    return put.apply(this, row)
  }
}

/** IndexedDB past Dexie. */
async function openRaw(name: string, version: number): Promise<IDBDatabase> {
  return await new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, version)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
}

describe.each(Object.entries(ALL))('what is kept of %s', (name, Db) => {
  // A version is recorded by the app that has it: `npm run e2e -- --config e2e/record/playwright.config.ts`.
  it('[U3] is a recording of each version up to today’s, with rows in it', () => {
    const recorded = FILES.flatMap(readFixture).filter((database) => database.name === name)
    const versions = Array.from({ length: known(new Db(name)).verno }, (_, before) => before + 1)
    expect([...new Set(recorded.map(({ version }) => version / 10))].toSorted((a, b) => a - b)).toEqual(versions)
    for (const { stores } of recorded) expect(stores.some(({ rows }) => rows.length > 0)).toBe(true)
  })
})

describe.each(FILES)('a tablet that kept %s', (file) => {
  it('has every record after today’s version opened it', async () => {
    const fixture = readFixture(file)
    await restoreDatabases(fixture)
    await openAll()
    const now = await dumpDatabases(NAMES)
    for (const { name, version, stores } of fixture) {
      const kept = name === CACHE_DB_NAME && version < 30 ? splitStores(stores) : stores
      for (const { name: store, rows } of kept) {
        const upgraded = store === 'effects' ? rows.map((row) => expect.objectContaining(row as object)) : rows
        // Version 3 of the sales named it for what it holds.
        const renamed = store === 'pendingTransactions' ? 'operations' : store
        expect(rowsOf(now, name, renamed), `${name}/${store}`).toEqual(upgraded)
      }
    }
  })

  it('[Q7] gives the same file of what is unsent before the upgrade and after it', async () => {
    const fixture = readFixture(file)
    await restoreDatabases(fixture)
    const before = await rescueUnsent(AT)
    expect(before.count).toBe(operationsIn(fixture).length === 0 ? 0 : UNSENT)
    await openAll()
    expect(await rescueUnsent(AT)).toEqual(before)
  })

  it('ends with the very stores and indexes of a tablet that begins today', async () => {
    const shape = async () =>
      (await dumpDatabases(NAMES)).map(({ name, version, stores }) => ({
        name,
        version,
        stores: stores.map(({ rows: _rows, ...store }: StoreFixture) => store),
      }))
    const fresh = await openAll()
    const expected = await shape()
    for (const db of Object.values(fresh)) await db.delete()
    await restoreDatabases(readFixture(file))
    await openAll()
    expect(await shape()).toEqual(expected)
  })
})

describe('the sales database of version 1', () => {
  it('[D1] gives each effect the branch of its operation, and forgets one whose operation is gone', async () => {
    const fixture = readFixture(WITH_SALES)
    const [moved] = operationsIn(fixture)
    const orphan = { offline_id: 'gone', product_id: 70_010_001, delta: -1, learned: [] }
    const changed = fixture.map(({ stores, ...database }) => ({
      ...database,
      stores: stores.map((store) => ({
        ...store,
        rows:
          store.name === 'effects'
            ? [...store.rows, orphan]
            : store.rows.map((row) => (row === moved ? { ...moved, branch_code: 'BRN-EARLIER' } : row)),
      })),
    }))
    await restoreDatabases(changed)
    const { sales } = await openAll()
    const effects = await sales.effects.toArray()
    const branches = new Map(operationsIn(changed).map(({ offline_id: id, branch_code: code }) => [id, code]))
    expect(effects.length).toBe(rowsOf(fixture, SALES_DB_NAME, 'effects').length)
    for (const effect of effects) expect(effect.branch_code).toBe(branches.get(effect.offline_id))
    expect(new Set(branches.values()).size).toBe(2)
  })

  it('[D1] what an earlier branch still waits for counts nowhere else, and again on the way back', async () => {
    await restoreDatabases(readFixture(WITH_SALES))
    const { cache, sales } = await openAll()
    const device = (await cache.meta.get('device'))?.value as Parameters<typeof saveEnrollment>[1]
    const [products, stocks] = [await cache.products.toArray(), await cache.stocks.toArray()]
    const id = products[0]?.id ?? 0
    const effectsHere = async () => (await readProducts({ cache, sales }, [id]))[0]?.effects.length
    const shownHere = async () => (await readStockNumbers(cache, sales)).get(id)
    const before = { effects: await effectsHere(), shown: await shownHere() }
    // 15 sales of two, 15 of two more, one refunded, two that came back with a void; the server's 97 holds none of it.
    expect(before.effects).toBeGreaterThan(30)
    expect(before.shown).toBe(97 - 60 + 1 + 2)

    await saveEnrollment(
      cache,
      {
        ...device,
        branch: { code: 'BRN-OTHER', name: 'B' },
        device_secret_token: 'x'.repeat(20),
      },
      null,
    )
    await Promise.all([cache.products.bulkPut(products), cache.stocks.bulkPut(stocks)])
    expect({ effects: await effectsHere(), shown: await shownHere() }).toEqual({ effects: 0, shown: 97 })
    await saveEnrollment(cache, device, null)
    await Promise.all([cache.products.bulkPut(products), cache.stocks.bulkPut(stocks)])
    expect({ effects: await effectsHere(), shown: await shownHere() }).toEqual(before)
  })

  it('[Q7] an upgrade that fails leaves all as it was, readable and in a file for another counter', async () => {
    const fixture = readFixture(WITH_SALES)
    await restoreDatabases(fixture)
    failUpgrades()
    await expect(openDatabase(known(new SalesDb(SALES_DB_NAME)), patient)).rejects.toMatchObject({ kind: 'upgrade' })
    expect(await dumpDatabases([SALES_DB_NAME])).toEqual(fixture.filter(({ name }) => name === SALES_DB_NAME))
    const { text, count, unknown } = await rescueUnsent(AT)
    expect({ count, unknown }).toEqual({ count: UNSENT, unknown: 0 })

    IDBObjectStore.prototype.put = put
    const other = known(new SalesDb('another-counter'))
    const branch = { code: operationsIn(fixture)[0]?.branch_code ?? '', name: 'B' }
    const device = { device_id: 'DEV-2', branch } as DeviceProfile
    const decision = (at: number) => ({ what: 'imported', reason: '', staff_id: 1, approved_by: null, at }) as const
    expect(await importFile(other, text, device, decision, AT)).toEqual({
      ok: true,
      added: UNSENT,
      known: 0,
      skipped: 0,
      left: 0,
    })
    const unsent = operationsIn(fixture).filter(({ state }) => state === 'queued')
    expect(await readUnsent(other)).toMatchObject(
      unsent.toSorted((a, b) => a.place - b.place).map(({ offline_id: id, content }) => ({ offline_id: id, content })),
    )

    // Nothing is spoilt for the next attempt.
    const repaired = await openDatabase(known(new SalesDb(SALES_DB_NAME)), patient)
    expect(await readUnsent(repaired)).toHaveLength(UNSENT)
  })
})

describe('rescuing what is unsent', () => {
  it('[Q7] takes what a later version calls otherwise, and keeps what it can’t read for support', async () => {
    const fixture = readFixture(WITH_SALES)
    const [first, second] = operationsIn(fixture).filter(({ state }) => state === 'queued')
    await restoreDatabases(fixture)
    const raw = await openRaw(SALES_DB_NAME, 90)
    const writing = raw.transaction('pendingTransactions', 'readwrite').objectStore('pendingTransactions')
    writing.put({ ...first, state: 'parked' })
    writing.put({ ...second, content: { type: 'gift' } })
    raw.close()
    const { text, count, unknown } = await rescueUnsent(AT)
    expect({ count, unknown }).toEqual({ count: UNSENT, unknown: 1 })
    expect(JSON.parse(text).operations).toHaveLength(UNSENT - 1)
    expect(JSON.parse(text).unknown).toMatchObject([{ offline_id: second?.offline_id }])
    expect(JSON.parse(text).operations).toContainEqual(expect.objectContaining({ offline_id: first?.offline_id }))
  })

  it('finds nothing where there is no database, and makes none', async () => {
    expect(await rescueUnsent(AT)).toMatchObject({ count: 0 })
    expect(await indexedDB.databases()).toEqual([])
  })
})

describe('versions side by side', () => {
  it('an app that is older than the data opens nothing and writes nothing, also not by itself later', async () => {
    await restoreDatabases(readFixture(WITH_SALES))
    ;(await openRaw(SALES_DB_NAME, 990)).close()
    const before = await dumpDatabases([SALES_DB_NAME])
    const db = known(new SalesDb(SALES_DB_NAME))
    expect(await needsUpgrade(db)).toBe(false)
    await expect(openDatabase(db, patient)).rejects.toEqual(
      expect.objectContaining({ kind: 'newer', constructor: DatabaseOpenError }),
    )
    await expect(db.meta.put({ key: 'place', value: { value: 0 } })).rejects.toThrow()
    const unguarded = known(new SalesDb(SALES_DB_NAME))
    await expect(unguarded.meta.put({ key: 'place', value: { value: 0 } })).rejects.toThrow()
    expect(await dumpDatabases([SALES_DB_NAME])).toEqual(before)
  })

  it('a tab makes way for a newer version at once: what it began is done, nothing comes after', async () => {
    let told = 0
    const options = {
      patienceMs: 10_000,
      onOutdated() {
        told += 1
      },
    }
    const db = await openDatabase(known(new SalesDb(SALES_DB_NAME)), options)
    const begun = db.meta.put({ key: 'place', value: { value: 7 } })
    const newer = await openRaw(SALES_DB_NAME, 990)
    await begun
    expect(told).toBe(1)
    await expect(db.meta.put({ key: 'place', value: { value: 8 } })).rejects.toThrow()
    const stored = newer.transaction('meta').objectStore('meta').get('place')
    await new Promise((resolve) => {
      stored.onsuccess = resolve
    })
    expect(stored.result).toEqual({ key: 'place', value: { value: 7 } })
    newer.close()
  })

  it('a tab that made way stays stopped when the newer version’s upgrade comes to nothing', async () => {
    let told = 0
    const onOutdated = () => {
      told += 1
    }
    const db = await openDatabase(known(new SalesDb(SALES_DB_NAME)), { ...patient, onOutdated })
    await new Promise((resolve) => {
      const opening = indexedDB.open(SALES_DB_NAME, 990)
      opening.onupgradeneeded = () => opening.transaction?.abort()
      opening.onerror = resolve
    })
    expect(told).toBe(1)
    await expect(db.meta.put({ key: 'place', value: { value: 8 } })).rejects.toThrow()
    const again = await openDatabase(known(new SalesDb(SALES_DB_NAME)), patient)
    expect(await again.meta.get('place')).toBeUndefined()
  })

  it('a connection that does not make way is named after a while, and the data is read once it has', async () => {
    await restoreDatabases(readFixture(WITH_SALES))
    const stuck = await openRaw(SALES_DB_NAME, 10)
    const db = known(new SalesDb(SALES_DB_NAME))
    expect(await needsUpgrade(db)).toBe(true)
    await expect(openDatabase(db, { ...patient, patienceMs: 20 })).rejects.toMatchObject({ kind: 'blocked' })
    stuck.close()
    expect(await rescueUnsent(AT)).toMatchObject({ count: UNSENT })
  })
})

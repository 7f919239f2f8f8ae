/**
 * Rows as an older, a newer or a broken version may have left them: the app's databases open, what can be sent is sent, what can't be
 * read is counted and stands in the export, and no number on the screen becomes none.
 */
import 'fake-indexeddb/auto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Dexie } from 'dexie'
import fc from 'fast-check'
import * as v from 'valibot'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { batchSyncAnswerSchema } from '../../../src/contract/batch-sync.ts'
import { signInNoteSchema } from '../../../src/contract/counter-sign-ins.ts'
import type { Enrollment } from '../../../src/contract/device.ts'
import { SETTINGS_ID } from '../../../src/contract/records/settings.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { parseShopSettings } from '../../../src/contract/settings.ts'
import { CACHE_DB_NAME, CacheDb } from '../../../src/db/cache-db.ts'
import { readWholeCatalogue } from '../../../src/db/catalogue.ts'
import { commitEvents, readPosition, readRange } from '../../../src/db/commit-rows.ts'
import { appendFailures, readFailures } from '../../../src/db/journal/failures.ts'
import { JOURNAL_DB_NAME, JournalDb } from '../../../src/db/journal/journal-db.ts'
import { MINUTE_MS } from '../../../src/db/journal/minute-row.ts'
import { addMinutes, readMinutes } from '../../../src/db/journal/minutes.ts'
import { readMeta } from '../../../src/db/meta.ts'
import { dropSecretHashes, readSettings, readStaff } from '../../../src/db/people.ts'
import { EVERYTHING, type MetaKey, type RowWrites, type StoredRows } from '../../../src/db/rows.ts'
import { changeParts, readPayableCart } from '../../../src/db/sales/cart-payment.ts'
import { readCarts } from '../../../src/db/sales/carts.ts'
import { readAllEffects } from '../../../src/db/sales/effects.ts'
import { commitOperation } from '../../../src/db/sales/operations.ts'
import { readUnsent } from '../../../src/db/sales/read-operations.ts'
import { SALES_DB_NAME, SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { NewOperation, OperationRow } from '../../../src/db/sales/sales-rows.ts'
import { claimSignIns } from '../../../src/db/sales/sign-in-notes.ts'
import { mendOperations, readUnreadable } from '../../../src/db/sales/unreadable.ts'
import { readUnsentTotals } from '../../../src/db/sales/unsent.ts'
import { readStockNumbers } from '../../../src/db/stock-numbers.ts'
import { readProducts } from '../../../src/db/watch-products.ts'
import { shownStock } from '../../../src/domain/available-stock.ts'
import { sharesByDay, sharesByHour } from '../../../src/features/diagnostics/live-share.ts'
import { checkPin } from '../../../src/features/shared/people/check-pin.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import { mendOperation } from '../../../src/sync/outbox/mend-operation.ts'
import { rescueUnsent } from '../../../src/sync/outbox/rescue-unsent.ts'
import type { Actor } from '../../../src/sync/outbox/sales.ts'
import { drainQueue } from '../../../src/sync/outbox/transaction-queue.ts'
import { recordLines } from '../../../src/sync/refresh/compare-ranges.pure.ts'
import { fetchList } from '../../../src/sync/refresh/fetch-list.ts'
import { boundCosts } from '../../support/bounded-costs.ts'
import { type DatabaseFixture, restoreDatabases } from '../../support/database-fixture.ts'
import { oddValue, withValue } from '../../support/mutate-json.ts'
import { withinTime } from '../../support/within-time.ts'
import { NO_WRITES } from '../../unit/sync/rows.ts'

const AT = Date.UTC(2026, 10, 23, 5)
const FIXTURE: readonly DatabaseFixture[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/databases/cache-2_sales-2_journal-1.json'), 'utf8'),
)
const rowsOf = (name: string, store: string): readonly unknown[] =>
  FIXTURE.find((one) => one.name === name)?.stores.find((one) => one.name === store)?.rows ?? []
const RECORDED = rowsOf(SALES_DB_NAME, 'pendingTransactions') as readonly OperationRow[]
const DEVICE =
  (rowsOf(CACHE_DB_NAME, 'meta') as readonly { key: string; value: Enrollment }[]).find(({ key }) => key === 'device')
    ?.value ?? null
const ACTOR: Actor = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: null }
/** Two unsent ones of each kind, and one that is done. */
const SOME = [
  ...[...new Set(RECORDED.map(({ kind }) => kind))].flatMap((kind) =>
    RECORDED.filter((row) => row.kind === kind && row.state === 'queued').slice(0, 2),
  ),
  ...RECORDED.filter(({ state }) => state !== 'queued').slice(0, 1),
]

const costs = boundCosts()
let opened: Dexie[] = []

/** The recorded databases with these operations and effects, past everything that checks. */
async function open(changes: Readonly<Record<string, readonly unknown[]>>) {
  for (const db of opened) db.close()
  for (const { name = '' } of await indexedDB.databases()) await Dexie.delete(name)
  const changed = FIXTURE.map(({ stores, ...database }) => ({
    ...database,
    stores: stores.map((store) => ({ ...store, rows: changes[`${database.name}/${store.name}`] ?? store.rows })),
  }))
  await restoreDatabases(changed)
  const [cache, sales] = [new CacheDb(CACHE_DB_NAME), new SalesDb(SALES_DB_NAME)]
  opened = [cache, sales]
  return { cache, sales, unreadable: await mendOperations(sales, mendOperation) }
}

/** As a comparison with the server reads them; nothing throws. */
async function compareAll(cache: CacheDb): Promise<void> {
  for (const resource of cache.records.resources) {
    recordLines(resource, cache.records, await readRange(cache, resource.name, EVERYTHING), null)
  }
}

afterEach(async () => {
  for (const db of opened) db.close()
  for (const { name = '' } of await indexedDB.databases()) await Dexie.delete(name)
})

afterAll(() => costs.expectBounded())

/** As a server answers that has a verdict on none; one that gives no answer is asked again later, about the rest too. */
const NO_VERDICTS: v.InferOutput<typeof batchSyncAnswerSchema> = {
  code: 200,
  data: {
    success: true,
    total_items: 0,
    success_count: 0,
    failed_count: 0,
    results: [],
    conflicts: [],
    synced_at: new Date(AT).toISOString(),
    epoch: null,
  },
}

/** The bodies of everything that leaves for the server. */
async function sentFrom(sales: SalesDb): Promise<string[]> {
  const bodies: string[] = []
  const outcome = await drainQueue(
    {
      salesDb: sales,
      http: async ({ body }) => {
        bodies.push(JSON.stringify(body))
        return { status: 200, etag: null, retryAfterMs: null, body: NO_VERDICTS }
      },
      locks: {
        request: async (_name: string, _options: unknown, work: () => Promise<unknown>) => await work(),
      } as never,
      branchCode: SOME[0]?.branch_code ?? '',
      deviceId: 'DEV-1',
      now: () => AT,
      steady: () => AT,
      random: () => 0.5,
      isAttentive: () => false,
      journal: { note: (_kind, what, error) => bodies.push(`failed: ${what} ${String(error)}`) },
    },
    { ignoreBackoff: true },
  )
  expect(outcome.kind).not.toBe('failed')
  return bodies
}

const salesOf = (sales: SalesDb) =>
  createSales({
    salesDb: sales,
    http: () => Promise.reject(new Error('no network')),
    device: () => DEVICE,
    now: () => AT,
    newId: () => crypto.randomUUID(),
    onRecorded: () => undefined,
    journal: { note: () => undefined },
    keptFailures: async () => [],
  })

describe('[fuzz] rows of the sales database', () => {
  it('as they were recorded need no mending', async () => {
    const { sales, unreadable } = await open({})
    expect(unreadable).toBe(0)
    expect(await sales.operations.toArray()).toEqual(
      RECORDED.toSorted((a, b) => (a.offline_id < b.offline_id ? -1 : 1)),
    )
  })

  it('[Q7] one garbled row stops no other, and is sent, asked about, or in the file for support', async () => {
    const run = async (index: number, path: readonly number[], value: unknown) => {
      const chosen = index % SOME.length
      const before = SOME[chosen]
      const after = withValue(before, path, value) as OperationRow
      // A row without its key can't be stored at all.
      if (typeof after !== 'object' || after === null || typeof after.offline_id !== 'string') return
      const rows = SOME.map((row, at) => (at === chosen ? after : row))
      const { cache, sales } = await open({ [`${SALES_DB_NAME}/pendingTransactions`]: rows })
      const bodies = await sentFrom(sales)
      const file = await salesOf(sales).exportUnsent()
      for (const row of SOME) {
        if (row === before || row.state !== 'queued') continue
        expect(bodies.some((body) => body.includes(row.offline_id))).toBe(true)
      }
      // Where a person has to look or the server gets it, it stands in the file too.
      if (before?.state === 'queued') {
        const states = ['cancelled', 'settled', 'accepted']
        const isEnded = states.includes(after.state)
        if (!isEnded) expect(file.text).toContain(JSON.stringify(after.offline_id))
      }
      for (const number of (await readStockNumbers(cache, sales)).values()) expect(Number.isFinite(number)).toBe(true)
    }
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fc.nat(24), { minLength: 1, maxLength: 5 }),
        oddValue,
        withinTime(1_800, costs.held(run)),
      ),
      {
        numRuns: 120,
      },
    )
  })

  it('[D1] garbled effects are made anew by their operations', async () => {
    const effects = rowsOf(SALES_DB_NAME, 'effects')
    const { sales: whole } = await open({})
    const expected = (await readAllEffects(whole)).map(({ offline_id: id, delta }) => `${id} ${delta}`)
    const run = async (index: number, [key, value]: readonly [string, unknown]) => {
      const rows = effects.map((row, at) => (at === index % effects.length ? { ...Object(row), [key]: value } : row))
      const { sales } = await open({ [`${SALES_DB_NAME}/effects`]: rows })
      const mended = (await readAllEffects(sales)).map(({ offline_id: id, delta }) => `${id} ${delta}`)
      expect(mended).toEqual(expected)
    }
    const garbled = fc.oneof(
      fc.tuple(fc.constant('delta'), fc.constantFrom(null, 'x', Number.NaN, Number.POSITIVE_INFINITY, 1e300, [])),
      fc.tuple(fc.constant('learned'), fc.constantFrom(null, 'x', [null], [{ epoch: 'e' }], {})),
    )
    await fc.assert(fc.asyncProperty(fc.nat(), garbled, withinTime(700, costs.held(run))), { numRuns: 30 })
  })

  it('carts and small values are whole or none, whatever stands there', async () => {
    const payment = { version: 1, parts: [{ method: 'QRIS', amount: 5_000, tendered: null, reference: null }] }
    const whole = { ...Object(rowsOf(SALES_DB_NAME, 'carts')[0] ?? { cart_id: 'c', place: 1, cart: {} }), payment }
    const run = async (path: readonly number[], value: unknown, garbled: unknown) => {
      const cart = withValue(whole, path, value)
      const meta = rowsOf(SALES_DB_NAME, 'meta').map((row) => ({ ...Object(row), value: garbled }))
      const hasKey = typeof Object(cart).cart_id === 'string'
      const { sales } = await open({
        [`${SALES_DB_NAME}/carts`]: hasKey ? [cart] : [],
        [`${SALES_DB_NAME}/meta`]: meta,
      })
      for (const { cart: read, updatedAt } of await readCarts(sales)) {
        expect(Number.isFinite(updatedAt)).toBe(true)
        expect(Array.isArray(read.lines)).toBe(true)
        const payable = await readPayableCart(sales, read.cartId)
        // What cannot be understood was not taken, and the next part is.
        const seenVersion = payable?.payment.version ?? Number.NaN
        const parts = [...(payable?.payment.parts ?? []), ...payment.parts]
        const kept = await changeParts(sales, read.cartId, { seenVersion, isSeen: () => true, parts })
        expect(kept).toEqual({ version: seenVersion + 1, parts })
        expect(parts.every(({ amount }) => Number.isSafeInteger(amount))).toBe(true)
      }
      for (const note of await claimSignIns(sales, 'DEV-1')) expect(v.is(signInNoteSchema, note)).toBe(true)
      const last = Math.max(...RECORDED.map(({ place }) => place))
      const opened = await salesOf(sales).openShift(1_000, ACTOR)
      if (opened.ok) expect(opened.operation.place).toBeGreaterThan(last)
      await readUnsentTotals(sales)
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }),
        oddValue,
        oddValue,
        withinTime(700, costs.held(run)),
      ),
      {
        numRuns: 30,
      },
    )
  })
})

describe('[fuzz] the cache’s own bookkeeping', () => {
  it('is what its type says, or none', async () => {
    const metas = rowsOf(CACHE_DB_NAME, 'meta') as readonly { key: MetaKey; value: unknown }[]
    const run = async (path: readonly number[], value: unknown) => {
      const changed = metas.map((row) => ({ ...row, value: withValue(row.value, path, value) }))
      const { cache } = await open({ [`${CACHE_DB_NAME}/meta`]: changed })
      const position = await readMeta(cache, 'position')
      if (position) expect(position.cursor === null || Number.isSafeInteger(position.cursor)).toBe(true)
      const device = await readMeta(cache, 'device')
      if (device) expect(typeof device.branch.code).toBe('string')
      const freshness = await readMeta(cache, 'freshness')
      if (freshness) expect(Number.isFinite(freshness.asOf)).toBe(true)
    }
    const { cache } = await open({})
    // An upgrade forgets what the server was asked about before it.
    const kept = metas.filter(({ key }) => key !== 'etag')
    for (const { key } of kept) expect(await readMeta(cache, key), key).toBeDefined()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(12), { maxLength: 3 }), oddValue, withinTime(700, costs.held(run))),
      {
        numRuns: 40,
      },
    )
  })
})

describe('[fuzz] staff, settings and the journal', () => {
  const [people, shop] = [rowsOf(CACHE_DB_NAME, 'staff'), rowsOf(CACHE_DB_NAME, 'settings')]
  /** As the server tells them. */
  const told = (row: unknown) => {
    const { kept: _, key: __, provenance: ___, ...record } = Object(row)
    return record
  }
  const http = ({ path }: { path: string }) =>
    Promise.resolve({
      status: 200,
      headers: {},
      body: { code: 200, data: path.startsWith(PATHS.staff) ? people.map(told) : told(shop[0]) },
    } as never)

  async function fetchLists(db: CacheDb, epoch: string): Promise<void> {
    for (const resource of db.records.resources) {
      if (resource.shape !== 'pages')
        await fetchList(
          { db, http, branchCode: 'B', deviceId: await deviceOf(db), now: () => AT, onChanged: () => undefined },
          resource,
          epoch,
        )
    }
  }

  it('[R2] a garbled one of the staff, or garbled settings, is none until the server’s takes its place', async () => {
    const run = async (index: number, path: readonly number[], value: unknown) => {
      const garbled = people.map((row, at) => (at === index % people.length ? withValue(row, path, value) : row))
      const changed = withValue(shop[0], path, value)
      const { cache, sales } = await open({
        [`${CACHE_DB_NAME}/staff`]: garbled.filter((row) => ['number', 'string'].includes(typeof Object(row).id)),
        [`${CACHE_DB_NAME}/settings`]: Object(changed).key === 'branch' ? [changed] : [],
      })
      const staff = await readStaff(cache)
      for (const person of staff) {
        expect([typeof person.name, typeof person.pin_hash, typeof person.active]).toEqual([
          'string',
          'string',
          'boolean',
        ])
        expect(['cashier', 'supervisor', 'owner']).toContain(person.role)
      }
      // Whoever is there signs in, or is told why not; nothing throws.
      const [first] = staff
      const clock = { wall: AT, steady: AT, life: 1 }
      const away = () => Promise.reject(new HttpFailure('no network', null))
      if (first) expect(await checkPin({ db: cache, salesDb: sales, http: away }, first, '0000', clock)).toBeDefined()
      parseShopSettings((await readSettings(cache))?.values ?? {})
      await compareAll(cache)
      await dropSecretHashes(cache)
      await fetchLists(cache, 'later')
      expect((await readStaff(cache)).map(told)).toEqual(people.map(told))
      expect(await cache.staff.count()).toBe(people.length)
      expect(told(await readSettings(cache))).toEqual({ ...told(shop[0]), id: SETTINGS_ID })
    }
    expect(people.length).toBeGreaterThan(1)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 2 }),
        oddValue,
        withinTime(900, costs.held(run)),
      ),
      { numRuns: 40 },
    )
  })

  it.each([
    { version: 1e308 },
    { version: null },
    { kept: null },
    { values: null },
    { role: 7 },
    { name: null },
    { id: 'x' },
  ])('[R2] %j keeps the server’s record of the same version from no place', async (change) => {
    const garble = (row: unknown) => ({ ...Object(row), ...change })
    const { cache } = await open({
      [`${CACHE_DB_NAME}/staff`]: people.map(garble),
      [`${CACHE_DB_NAME}/settings`]: shop.map(garble),
    })
    const { epoch } = Object(shop[0]).kept
    await fetchLists(cache, epoch)
    if (!('values' in change)) expect((await readStaff(cache)).map(told)).toEqual(people.map(told))
    // What no server gives out is gone with its place.
    expect(await cache.staff.count()).toBe(people.length)
    if (!('role' in change || 'name' in change)) {
      expect(told(await readSettings(cache))).toEqual({ ...told(shop[0]), id: SETTINGS_ID })
    }
  })

  it('[Q10] [D3] a garbled row of the journal is none: figures stay figures, and what comes is kept', async () => {
    const [failures, minutes] = [rowsOf(JOURNAL_DB_NAME, 'failures'), rowsOf(JOURNAL_DB_NAME, 'minutes')]
    const now = {
      minute: Math.floor(AT / MINUTE_MS),
      open: 1_000,
      live: 1_000,
      updates: 1,
      latency_p50: 5,
      latency_max: 9,
    }
    const run = async (index: number, path: readonly number[], value: unknown) => {
      const garble = (rows: readonly unknown[]) =>
        rows.map((row, at) => (at === index % rows.length ? withValue(row, path, value) : row))
      await open({
        // A key that takes the store's own numbering to its end is no garbled row: no row can be added then.
        [`${JOURNAL_DB_NAME}/failures`]: garble(failures).filter((row) => {
          const { key } = Object(row)
          return typeof key === 'number' && Math.abs(key) < 2 ** 52
        }),
        [`${JOURNAL_DB_NAME}/minutes`]: garble([...minutes, now]).filter(
          (row) => typeof Object(row).minute === 'number',
        ),
      })
      const journal = new JournalDb(JOURNAL_DB_NAME)
      opened.push(journal)
      await addMinutes(journal, [now])
      const note = { kind: 'storage' as const, text: 'disk is full', times: 1, at: AT, last_at: AT }
      await appendFailures(journal, [note, { ...note, text: 'another' }])
      const read = await readMinutes(journal, 0, Number.POSITIVE_INFINITY)
      for (const { open: shown, live } of [...sharesByDay(read), ...sharesByHour(read)]) {
        expect(Number.isFinite(shown) && Number.isFinite(live)).toBe(true)
      }
      expect(read.find(({ minute }) => minute === now.minute)?.open).toBeGreaterThanOrEqual(1_000)
      const kept = await readFailures(journal)
      for (const { times, at, text } of kept) {
        expect(Number.isSafeInteger(times)).toBe(true)
        new Date(at).toISOString()
        expect(typeof text).toBe('string')
      }
      expect(kept.slice(0, 2).map(({ text }) => text)).toEqual(['another', 'disk is full'])
    }
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fc.nat(6), { minLength: 1, maxLength: 2 }),
        oddValue,
        withinTime(900, costs.held(run)),
      ),
      { numRuns: 40 },
    )
  })
})

describe('[fuzz] rows of the catalogue', () => {
  it('[R2] a garbled one is shown nowhere, counts as missing, and stands in no event’s way', async () => {
    const [products, places] = [rowsOf(CACHE_DB_NAME, 'products'), rowsOf(CACHE_DB_NAME, 'inventory')]
    const run = async (index: number, path: readonly number[], value: unknown) => {
      const change = (rows: readonly unknown[]) =>
        rows.map((row, at) => {
          const changed = at === index % rows.length ? withValue(row, path, value) : row
          return typeof Object(changed).id === 'number' ? changed : row
        })
      const { cache, sales } = await open({
        [`${CACHE_DB_NAME}/products`]: change(products),
        [`${CACHE_DB_NAME}/inventory`]: change(places),
      })
      const changed = (await readWholeCatalogue(cache, () => false))?.changed ?? []
      for (const { name, unit } of changed) expect([typeof name, typeof unit]).toEqual(['string', 'string'])
      for (const { row, effects } of await readProducts(
        { cache, sales },
        changed.map(({ id }) => id),
      )) {
        // Its stock alone may be garbled: then it has no number, which is better than a wrong one.
        if (!row) continue
        const record = { epoch: row.stocked.provenance.epoch, version: row.stocked.version }
        expect(Number.isFinite(shownStock(row.stock, record, effects))).toBe(true)
      }
      await compareAll(cache)
      const whole = (await readRange(cache, 'product', EVERYTHING)).records.get('product')
      expect([...(whole?.keys() ?? [])]).toEqual(changed.map(({ id }) => id))
    }
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fc.nat(14), { minLength: 1, maxLength: 2 }),
        oddValue,
        withinTime(500, costs.held(run)),
      ),
      {
        numRuns: 60,
      },
    )
  })
})

describe('[R2] rows of the catalogue, as the fuzzing found them', () => {
  it.each([
    [{ id: 1e308 }, 'product'],
    [{ name: null }, 'product'],
    [{ stock: 1e308 }, 'stock'],
    [{ stocked: null }, 'stock'],
  ])('%j makes its %s none, until the server’s takes its place', async (change, kind) => {
    const products = rowsOf(CACHE_DB_NAME, 'products')
    const [one, ...others] = products
    const { cache } = await open({ [`${CACHE_DB_NAME}/products`]: [{ ...Object(one), ...change }, ...others] })
    expect((await readRange(cache, 'product', EVERYTHING)).records.get(kind)?.size).toBe(products.length - 1)
    const listed = (await readWholeCatalogue(cache, () => false))?.changed
    expect(listed).toHaveLength(kind === 'product' ? products.length - 1 : products.length)
    // An event finds nothing to compare itself with.
    const ids = products.map((row) => Number(Object(row).id))
    const expected = await readPosition(cache)
    const decide = ({ records }: StoredRows, rev: number): { writes: RowWrites } => {
      expect([...(records.get(kind)?.keys() ?? [])]).toEqual(ids.slice(1))
      return { writes: { ...NO_WRITES, rev } }
    }
    const batch = {
      deviceId: await deviceOf(cache),
      expected,
      cursor: null,
      ids: new Map([[kind, new Set(ids)]]),
      learns: false,
      decide,
    }
    expect(await commitEvents(cache, batch)).not.toBe('moved')
  })
})

describe('[Q7] rows, as the fuzzing found them', () => {
  const [first, second] = SOME as [OperationRow, OperationRow]
  const withRows = (...rows: readonly unknown[]) => open({ [`${SALES_DB_NAME}/pendingTransactions`]: rows })

  it('a content that this version can’t read stops no sale, is counted and exported, and comes back', async () => {
    const later = { ...first, content: { type: 'gift', gift: {} } }
    const { sales, unreadable } = await withRows(later, second)
    expect(unreadable).toBe(1)
    expect(await readUnsentTotals(sales)).toEqual({ unsent: 2, notExported: 2 })
    expect((await readUnsent(sales)).map(({ offline_id: id }) => id)).toEqual([second.offline_id])
    expect((await sentFrom(sales)).join()).toContain(second.offline_id)
    const { text, count } = await salesOf(sales).exportUnsent()
    expect(count).toBe(2)
    expect(JSON.parse(text).unknown).toEqual([later])
    expect(await readUnsentTotals(sales)).toEqual({ unsent: 2, notExported: 0 })
    expect(JSON.parse((await rescueUnsent(AT)).text).unknown).toEqual([later])
    // Nothing is put aside twice; a version that can read it has it back in its place.
    expect(await mendOperations(sales, mendOperation)).toBe(1)
    const [aside] = await readUnreadable(sales)
    await sales.table('operations').put({ ...aside, stored: first })
    expect(await mendOperations(sales, mendOperation)).toBe(0)
    expect((await readUnsent(sales)).map(({ offline_id: id }) => id)).toContain(first.offline_id)
  })

  it('one in no index is found; of one whose state is not known a person decides', async () => {
    const { place: _, ...placeless } = first
    const { sales } = await withRows(placeless, { ...second, state: 'parked' })
    const [a, b] = (await readUnsent(sales)).toSorted((one) => (one.offline_id === first.offline_id ? -1 : 1))
    expect(a).toMatchObject({ offline_id: first.offline_id, state: 'queued' })
    expect(b).toMatchObject({ offline_id: second.offline_id, state: 'needs-decision' })
  })

  it('one that is confirmed, by a verdict that is lost, asks for it again', async () => {
    const { sales } = await withRows({ ...first, state: 'accepted', result: 'x', attempts: null, decisions: 7 })
    expect(await readUnsent(sales)).toMatchObject([{ state: 'queued', attempts: 0, decisions: [] }])
  })

  it('[Q2] a mended one is sent word for word as it was recorded', async () => {
    const { exported_at: _, ...incomplete } =
      RECORDED.find(({ kind, state }) => kind === 'sale' && state === 'queued') ?? first
    const { content } = incomplete
    if (content.type !== 'sale') throw new Error('No sale was recorded')
    const spaced = { ...content, sale: { ...content.sale, note: ' dibungkus ', later: 1 } }
    const { sales } = await withRows({ ...incomplete, content: spaced })
    expect(await readUnsent(sales)).toMatchObject([{ exported_at: null }])
    expect((await readUnsent(sales))[0]?.content).toEqual(spaced)
    expect(JSON.parse((await salesOf(sales).exportUnsent()).text).operations[0].content).toEqual(spaced)
  })

  it('[Q3] a sale that the server refused as invalid stays where a person decides', async () => {
    const { content } = RECORDED.find(({ kind }) => kind === 'sale') ?? first
    if (content.type !== 'sale') throw new Error('No sale was recorded')
    const id = content.sale.offline_id
    const invalid = { ...content, sale: { ...content.sale, grand_total: -1, note: 'x'.repeat(600) } }
    const error = { kind: 'invalid', message: 'grand_total', at: AT } as const
    const refused = {
      ...first,
      offline_id: id,
      kind: 'sale',
      content: invalid,
      state: 'needs-decision',
      error,
    } as const
    const { sales, unreadable } = await withRows(refused)
    expect(unreadable).toBe(0)
    expect(await readUnsent(sales)).toMatchObject([
      { offline_id: id, state: 'needs-decision', content: invalid, error },
    ])
  })

  it('what no JSON can hold keeps nothing else out of the file', async () => {
    const { sales, unreadable } = await withRows({ ...first, later: 5n }, second)
    expect(unreadable).toBe(1)
    const file = JSON.parse((await salesOf(sales).exportUnsent()).text)
    expect(file.unknown).toEqual([{ unreadable: first.offline_id }])
    expect(file.operations).toMatchObject([{ offline_id: second.offline_id }])
  })

  it('[Q6] a count of receipt numbers that is lost goes on behind the last one recorded', async () => {
    const numbers = RECORDED.flatMap(({ content }) => (content.type === 'sale' ? content.sale.offline_reference : []))
    const [, deviceId = '', day = '', last = ''] = /^(.*)-(\d{8})-(\d+)$/.exec(numbers.toSorted().at(-1) ?? '') ?? []
    const meta = rowsOf(SALES_DB_NAME, 'meta').map((row) => ({ ...Object(row), value: 'x' }))
    const { sales } = await open({ [`${SALES_DB_NAME}/meta`]: meta })
    let drawn = ''
    const operation: NewOperation = {
      offlineId: crypto.randomUUID(),
      content: (reference) => {
        drawn = reference
        return first.content
      },
      branchCode: first.branch_code,
      deviceId,
      about: '',
      shift: '',
      deltas: new Map(),
      now: AT,
    }
    await commitOperation(sales, operation, { reference: { day, deviceId } })
    expect(drawn).toBe(`${deviceId}-${day}-${String(Number(last) + 1).padStart(4, '0')}`)
  })
})

async function deviceOf(db: CacheDb): Promise<string> {
  return (await readMeta(db, 'device'))?.device_id ?? ''
}

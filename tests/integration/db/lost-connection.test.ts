import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DeviceProfile } from '../../../src/contract/device.ts'
import { appendFailures, type NewFailure, readFailures } from '../../../src/db/journal/failures.ts'
import { JournalDb } from '../../../src/db/journal/journal-db.ts'
import { addMinutes, readMinutes } from '../../../src/db/journal/minutes.ts'
import type { ConnectionNews } from '../../../src/db/lasting-db.ts'
import { liveQuery } from '../../../src/db/live-query.ts'
import { saveApproval } from '../../../src/db/sales/approvals.ts'
import { addImported, updateOperations } from '../../../src/db/sales/operations.ts'
import { readInState } from '../../../src/db/sales/read-operations.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { OperationRow } from '../../../src/db/sales/sales-rows.ts'
import { readOpenShift } from '../../../src/db/sales/shifts.ts'
import { readUnsentCount } from '../../../src/db/sales/unsent-count.ts'
import { newCart } from '../../../src/domain/cart.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import { stepOperation } from '../../../src/sync/outbox/queue.pure.ts'
import type { Actor, NewSale, Sales } from '../../../src/sync/outbox/sales.ts'
import { closeByBrowser, type LossMoment, loseConnection } from '../../support/lose-connection.ts'

const NOW = Date.UTC(2026, 10, 22, 7, 3)
const MOMENTS: readonly LossMoment[] = ['before', 'middle', 'after']
const DEVICE: DeviceProfile = {
  device_id: 'DEV-DBBA60CF',
  device_name: 'Kasir depan',
  merchant: { code: 'MCH', name: 'Toko' },
  branch: { code: 'BRN', name: 'Cabang' },
  env: 'test',
  mqtt: { url: '', protocol_version: 5, username: 'DEV-DBBA60CF', keepalive: 60 },
}
const ACTOR: Actor = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: null }

let db: SalesDb
let sales: Sales
let failures: unknown[]

beforeEach(async () => {
  // "Need to reopen db": Dexie says so for each.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  db = new SalesDb(`lost-${Math.random()}`)
  await db.open()
  failures = []
  sales = createSales({
    salesDb: db,
    http: () => Promise.reject(new Error('no network')),
    device: () => DEVICE,
    now: () => NOW,
    newId: () => crypto.randomUUID(),
    onRecorded: () => undefined,
    keptFailures: () => Promise.resolve([]),
    journal: { note: (_kind, what, error) => failures.push(error ?? what) },
  })
})
afterEach(async () => db.delete())

const newSale = (): NewSale => ({
  saleId: crypto.randomUUID(),
  cart: newCart({ cartId: crypto.randomUUID(), saleId: crypto.randomUUID(), createdAt: NOW }),
  items: [
    {
      product_id: 1386,
      product_name: 'Chicken Breast sadia 2 kg',
      unit: 'pcs',
      quantity: 2,
      price: 15_000,
      discount: 0,
      note: null,
      master_price: null,
      stock_shown: 10,
    },
  ],
  subtotal: 30_000,
  discount_total: 0,
  tax_total: 0,
  grand_total: 30_000,
  partsVersion: 0,
  cart_discount: 0,
  rounding_total: 0,
  tax: null,
  note: null,
  payments: [{ payment_method: 'CASH', amount: 30_000, reference: null, tendered: 30_000 }],
  actor: ACTOR,
})

/** Everything that a doubled write would show in. */
async function counts() {
  return {
    operations: await db.operations.count(),
    effects: await db.effects.count(),
    references: await db.meta.get('reference').then((row) => JSON.stringify(row?.value)),
  }
}

describe.each(MOMENTS)('a connection that is lost %s a write', (moment) => {
  it('[Q1, Q6] a sale is recorded once, with one receipt number, and is a success for who recorded it', async () => {
    const sale = newSale()
    loseConnection(db, moment)
    const outcome = await sales.completeSale(sale)
    expect(outcome).toMatchObject({ ok: true, operation: { offline_id: sale.saleId, place: 1 } })
    expect(await counts()).toMatchObject({ operations: 1, effects: 1, references: '{"days":{"20261122":1}}' })
    expect(failures).toEqual([])
    // Still known when it is asked for again.
    expect(await sales.completeSale(sale)).toMatchObject({ ok: false, reason: 'already-done' })
  })

  it('[Q3] a sale that was never sent is cancelled, and who voided it is not told that somebody else had', async () => {
    const sale = newSale()
    await sales.completeSale(sale)
    loseConnection(db, moment)
    const past = { offlineId: sale.saleId, items: [{ product_id: 1386, quantity: 2 }] }
    expect(await sales.voidSale(past, 'Salah barang', ACTOR)).toMatchObject({
      ok: true,
      operation: { state: 'cancelled' },
    })
    const row = await db.operations.get(sale.saleId)
    expect(row?.decisions).toHaveLength(1)
    expect(await counts()).toMatchObject({ operations: 1, effects: 0 })
  })

  it('[Q3] one void is queued for a sale that the server may have', async () => {
    const sale = newSale()
    await sales.completeSale(sale)
    await db.operations.update(sale.saleId, { state: 'settled', ever_sent: true })
    loseConnection(db, moment)
    const past = { offlineId: sale.saleId, items: [{ product_id: 1386, quantity: 2 }] }
    const outcome = await sales.voidSale(past, 'Salah barang', ACTOR)
    expect(outcome).toMatchObject({ ok: true, operation: { kind: 'void', about: sale.saleId } })
    expect(await counts()).toMatchObject({ operations: 2, effects: 2 })
    expect((await db.operations.get(sale.saleId))?.voided_by).toBe(outcome.operation?.offline_id)
  })

  it('a shift is opened once', async () => {
    loseConnection(db, moment)
    const outcome = await sales.openShift(500_000, ACTOR)
    expect(outcome.ok).toBe(true)
    expect(await db.operations.count()).toBe(1)
    expect((await readOpenShift(db))?.shiftId).toBe(outcome.operation?.offline_id)
  })

  it('[Q4] what goes up is marked once, and the sender hears what it marked', async () => {
    const sale = newSale()
    await sales.completeSale(sale)
    loseConnection(db, moment)
    const sent = await updateOperations(db, [sale.saleId], (row) => stepOperation(row, { type: 'send' }))
    expect(sent.map(({ offline_id: id, state }) => [id, state])).toEqual([[sale.saleId, 'sending']])
    expect(await readInState(db, 'sending')).toHaveLength(1)
  })

  it('[Q7] a file is imported once, and the count is right', async () => {
    const sale = newSale()
    await sales.completeSale(sale)
    const [row] = await db.operations.toArray()
    if (!row) throw new Error('the sale is missing')
    const imported = { ...row, offline_id: crypto.randomUUID() } satisfies OperationRow
    loseConnection(db, moment)
    const decision = { what: 'imported', reason: '', staff_id: 1, approved_by: null, at: NOW } as const
    expect(await addImported(db, [imported], decision)).toBe(1)
    expect(await counts()).toMatchObject({ operations: 2, effects: 2 })
  })

  it('a permission is kept once', async () => {
    loseConnection(db, moment)
    await saveApproval(db, { at: NOW, what: 'delete-cart', details: '', staff_id: 1, approved_by: 3 })
    expect(await db.approvals.count()).toBe(1)
  })
})

describe.each(MOMENTS)('a journal whose connection is lost %s a write', (moment) => {
  let journal: JournalDb
  beforeEach(async () => {
    journal = new JournalDb(`lost-${Math.random()}`)
    await journal.open()
  })
  afterEach(async () => journal.delete())

  it('[D3] counts a minute once', async () => {
    const part = { minute: 29_000_000, open: 20_000, live: 10_000, updates: 3, latency_p50: 20, latency_max: 40 }
    await addMinutes(journal, [part])
    loseConnection(journal, moment)
    await addMinutes(journal, [part, { ...part, minute: part.minute + 1 }])
    expect(await readMinutes(journal, part.minute, part.minute + 2)).toMatchObject([
      { open: 40_000, live: 20_000, updates: 6 },
      { open: 20_000, live: 10_000, updates: 3 },
    ])
  })

  it('[Q10] notes a failure once', async () => {
    const failure: NewFailure = { at: NOW, last_at: NOW, times: 2, kind: 'network', text: 'no network' }
    await appendFailures(journal, [failure])
    loseConnection(journal, moment)
    await appendFailures(journal, [failure, { ...failure, times: 1, text: 'another' }])
    expect((await readFailures(journal)).map(({ text, times }) => [text, times])).toEqual([
      ['another', 1],
      ['no network', 4],
    ])
  })
})

describe('a lost connection', () => {
  it('is said once, whoever meets it, and found again', async () => {
    const news: ConnectionNews['type'][] = []
    db.onConnection(({ type }) => news.push(type))
    closeByBrowser(db.backendDB())
    await Promise.all([sales.completeSale(newSale()), sales.completeSale(newSale()), sales.openShift(0, ACTOR)])
    expect(await db.operations.count()).toBe(3)
    expect(news).toEqual(['lost', 'reopened'])
  })

  it('is not looked for when the database was closed on purpose', async () => {
    db.close()
    expect(await sales.completeSale(newSale())).toEqual({ ok: false, reason: 'storage', operation: null })
    expect(db.isOpen()).toBe(false)
    await db.open()
    expect(await db.operations.count()).toBe(0)
  })

  it('a full disk is none: nothing is tried again', async () => {
    const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    expect(await sales.completeSale(newSale())).toMatchObject({ ok: false, reason: 'storage-full' })
    expect(add).toHaveBeenCalledTimes(1)
  })
})

describe('[V2] live queries', () => {
  it('go on after the connection was lost, also with what was written on the new one', async () => {
    const seen: number[] = []
    const query = liveQuery([db], () => readUnsentCount(db)).subscribe(({ sales: count }) => seen.push(count))
    await vi.waitFor(() => expect(seen.at(-1)).toBe(0))
    closeByBrowser(db.backendDB())
    await sales.completeSale(newSale())
    await vi.waitFor(() => expect(seen.at(-1)).toBe(1))
    loseConnection(db, 'middle')
    await sales.completeSale(newSale())
    await vi.waitFor(() => expect(seen.at(-1)).toBe(2))
    query.unsubscribe()
  })

  it('that fail by the loss itself are answered on the new connection', async () => {
    const seen: number[] = []
    let isLosing = false
    const errors: unknown[] = []
    const query = liveQuery([db], async () => {
      const count = await db.operations.count()
      if (!isLosing) return count
      isLosing = false
      closeByBrowser(db.backendDB())
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
    }).subscribe(
      (count) => seen.push(count),
      (error) => errors.push(error),
    )
    await vi.waitFor(() => expect(seen).toEqual([0]))
    isLosing = true
    await sales.completeSale(newSale())
    await vi.waitFor(() => expect(seen.at(-1)).toBe(1))
    expect(errors).toEqual([])
    query.unsubscribe()
  })

  it('show that everything is gone when the browser has deleted it', async () => {
    await sales.completeSale(newSale())
    const seen: number[] = []
    const query = liveQuery([db], () => readUnsentCount(db)).subscribe(({ sales: count }) => seen.push(count))
    await vi.waitFor(() => expect(seen.at(-1)).toBe(1))
    const handle = db.backendDB()
    const deleting = indexedDB.deleteDatabase(db.name)
    closeByBrowser(handle)
    await new Promise((resolve) => {
      deleting.onsuccess = resolve
    })
    await vi.waitFor(() => expect(seen.at(-1)).toBe(0))
    query.unsubscribe()
  })

  it('show that everything is gone when another page has deleted it', async () => {
    await sales.completeSale(newSale())
    const seen: number[] = []
    const query = liveQuery([db], () => readUnsentCount(db)).subscribe(({ sales: count }) => seen.push(count))
    await vi.waitFor(() => expect(seen.at(-1)).toBe(1))
    indexedDB.deleteDatabase(db.name)
    await vi.waitFor(() => expect(seen.at(-1)).toBe(0))
    query.unsubscribe()
  })

  it('with another fault say so instead of reading for ever', async () => {
    const errors: unknown[] = []
    let reads = 0
    const query = liveQuery([db], async () => {
      reads += 1
      throw new DOMException('the disk is damaged', 'UnknownError')
    }).subscribe(
      () => undefined,
      (error) => errors.push(error),
    )
    await vi.waitFor(() => expect(errors).toHaveLength(1))
    expect(reads).toBe(4)
    query.unsubscribe()
  })
})

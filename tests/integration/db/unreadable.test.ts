/** Rows that are put aside and come back, beside other tabs and beside files that bring the same. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { readRemoval } from '../../../src/db/device.ts'
import { commitOperation } from '../../../src/db/sales/operations.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { OperationRow } from '../../../src/db/sales/sales-rows.ts'
import {
  markUnreadableExported,
  mendOperations,
  readUnreadable,
  type UnreadableRow,
} from '../../../src/db/sales/unreadable.ts'
import { mendOperation } from '../../../src/sync/outbox/mend-operation.ts'
import { standStill } from '../../support/stand-still.ts'
import { AT, saleRow, uuid } from '../../unit/transactions/rows.ts'

let db: SalesDb

beforeEach(async () => {
  db = new SalesDb(`unreadable-${Math.random()}`)
  await db.open()
})
afterEach(async () => db.delete())

/** As a version that could not read it left it. */
const putAside = (place: number, stored: unknown): UnreadableRow => ({
  offline_id: `unreadable:${place}`,
  place,
  state: 'unreadable',
  stored,
  exported_at: null,
})
const store = async (...rows: readonly unknown[]) => {
  await db.table('operations').bulkPut([...rows])
}
const without = (row: object, ...fields: readonly string[]) =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !fields.includes(key)))
const sell = (id: string) =>
  commitOperation(
    db,
    {
      offlineId: id,
      content: (reference) => saleRow(9, {}, { offline_id: id, offline_reference: reference }).content,
      branchCode: 'BRN',
      deviceId: 'DEV-A',
      about: '',
      shift: '',
      deltas: new Map(),
      now: AT,
    },
    { reference: { day: '20261122', deviceId: 'DEV-A' } },
  )

describe('[Q7] looking at what is stored', () => {
  it('only reads where nothing is to be mended: it waits for no reader', async () => {
    await store(saleRow(1))
    const tab = new SalesDb(db.name)
    await tab.open()
    const letGo = await standStill(tab, 'r', [tab.operations, tab.effects, tab.meta])
    expect(await mendOperations(db, mendOperation)).toBe(0)
    await letGo()
    tab.close()
  })

  it('ends with one of two when a file has brought what was put aside', async () => {
    const row = saleRow(1)
    const turned = JSON.parse(JSON.stringify(row.content))
    if (row.content.type !== 'sale') throw new Error('no sale')
    const content = { payments: row.content.payments, sale: row.content.sale, type: 'sale' as const }
    await store({ ...row, content }, putAside(5, { ...row, content: turned }))
    expect(await mendOperations(db, mendOperation)).toBe(0)
    expect(await db.operations.toCollection().primaryKeys()).toEqual([uuid(1)])
  })

  it('keeps what was put aside when what is here under its id says otherwise', async () => {
    await store(saleRow(1), putAside(5, saleRow(1, {}, { grand_total: 1 })))
    expect(await mendOperations(db, mendOperation)).toBe(1)
  })

  it('gives each that comes back without its place one of its own', async () => {
    const [a, b] = [1, 2].map((number) => without(saleRow(number), 'place'))
    await store(putAside(5, a), putAside(6, b), saleRow(3, { place: 4 }))
    expect(await mendOperations(db, mendOperation)).toBe(0)
    const { row } = (await sell(uuid(4))) ?? {}
    const places = (await db.operations.toArray()).map(({ place }) => place)
    expect(new Set(places).size).toBe(4)
    expect(row?.place).toBe(Math.max(...places))
  })

  it('[Q1] a place that leaves no room for the next is given anew', async () => {
    await store(saleRow(1, { place: Number.MAX_SAFE_INTEGER }))
    expect(await mendOperations(db, mendOperation)).toBe(0)
    const { row } = (await sell(uuid(2))) ?? {}
    expect(row?.place).toBeGreaterThan((await db.operations.get(uuid(1)))?.place ?? Number.NaN)
    expect(row?.place).toBeLessThan(2e12)
  })

  it('marks as exported only what is put aside still', async () => {
    await store(putAside(5, { what: 'a' }), putAside(6, { what: 'b' }))
    const rows = await readUnreadable(db)
    await db.operations.delete('unreadable:5')
    await markUnreadableExported(db, rows, AT)
    expect(await readUnreadable(db)).toEqual([{ ...putAside(6, { what: 'b' }), exported_at: AT }])
  })
})

describe('what older and broken versions left', () => {
  it('[Q6] a settled row without its sale stops no receipt number', async () => {
    const settled = (number: number, content: unknown): OperationRow =>
      saleRow(number, { state: 'settled', place: number, content: content as never })
    await store(
      settled(1, { type: 'sale' }),
      settled(2, { type: 'refund', refund: { offline_reference: 7 } }),
      saleRow(3, { state: 'settled', place: 3 }),
    )
    const { row } = (await sell(uuid(4))) ?? {}
    expect(row?.content).toMatchObject({ sale: { offline_reference: 'DEV-A-20261122-0004' } })
  })

  it('[Q8] a device that 0.1.0 removed was removed by a person', async () => {
    const cache = new CacheDb(`removed-${Math.random()}`)
    await cache.meta.put({ key: 'removed', value: { at: AT } })
    expect(await readRemoval(cache)).toEqual({ at: AT, by: 'person' })
    await cache.delete()
  })
})

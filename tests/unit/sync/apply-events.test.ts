import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KnownEvent, parseEvent } from '../../../src/contract/events.ts'
import { RECORDS } from '../../../src/contract/records/registry.ts'
import type { RecordRow, StoredRows } from '../../../src/db/rows.ts'
import { applyEvents, touchedRecords } from '../../../src/sync/records/apply-events.pure.ts'
import { CONTEXT, inventoryRow, productRow, stockRow, storedRows, tombstone } from './rows.ts'

function event(type: string, data: object, position: object = {}): KnownEvent {
  const parsed = parseEvent({ event_type: type, ...position, data })
  if (parsed.type === 'invalid' || parsed.type === 'unknown' || parsed.type === 'heartbeat')
    throw new Error(parsed.type)
  return parsed
}
const stock = (newStock: number, version?: number, position: object = {}) =>
  event(
    'stock_updated',
    { product_id: 1, new_stock: newStock, ...(version === undefined ? {} : { version }) },
    position,
  )
const apply = (events: KnownEvent[], stored: StoredRows) => applyEvents(events, stored, CONTEXT)
/** What is written of a kind. */
const put = (kind: string, events: KnownEvent[], stored: StoredRows) => apply(events, stored).writes.put.get(kind) ?? []
const product = (version: number, stockVersion: number, fields: object = {}) =>
  event('product_changed', {
    id: 1,
    name: 'New name',
    price: 2000,
    version,
    stock: 7,
    stock_version: stockVersion,
    ...fields,
  })

describe('a stock event', () => {
  const stored = storedRows({ stock: [stockRow({ id: 1, quantity: 100, version: 4 })] })

  it('[C2] replaces only an older version', () => {
    expect(put('stock', [stock(98, 6)], stored)).toMatchObject([{ quantity: 98, version: 6 }])
    for (const version of [3, 4]) {
      const { writes, verdicts } = apply([stock(98, version)], stored)
      expect(writes.put.size).toBe(0)
      expect(verdicts).toEqual(['older'])
    }
  })

  it('[C2] touches the stock alone: the list’s revision and the catalogue stay', () => {
    const { writes } = apply([stock(98, 6)], stored)
    expect([...writes.put]).toEqual([['stock', [stockRow({ id: 1, quantity: 98, version: 6 })]]])
    expect(writes.rev).toBe(CONTEXT.rev)
  })

  it('[C6] without version and timestamp it is applied and marked, as the specification’s test has it', () => {
    expect(put('stock', [event('stock_updated', { product_id: 1, new_stock: 99 })], stored)).toMatchObject([
      { quantity: 99, version: 4, provenance: { unversioned: true } },
    ])
  })

  it('[C2] without version only an older timestamp than the last such event’s is refused', () => {
    const at = (timestamp: string, value: number) => stock(value, undefined, { timestamp })
    const { writes, verdicts } = apply(
      [
        at('2025-10-14T21:30:05Z', 90),
        at('2025-10-14T21:30:04Z', 80),
        at('2025-10-14T21:30:05Z', 70),
        stock(60),
        at('2025-10-14T21:29:00Z', 50),
      ],
      stored,
    )
    expect(verdicts).toEqual(['applied', 'older', 'applied', 'applied', 'older'])
    expect(writes.put.get('stock')).toMatchObject([{ quantity: 60 }])
  })

  it('[C8] of another epoch replaces whatever the version', () => {
    expect(put('stock', [stock(5, 1, { epoch: 'life-2' })], stored)).toMatchObject([
      { quantity: 5, version: 1, provenance: { epoch: 'life-2' } },
    ])
  })

  it('on an unknown product wants the whole row and inserts nothing', () => {
    const { writes, verdicts } = apply([stock(98, 6)], storedRows({}))
    expect(verdicts).toEqual(['wanted'])
    expect(writes.wanted).toEqual([{ resource: 'product', id: 1 }])
    expect(writes.put.size).toBe(0)
  })

  it('[R3] nothing older passes a tombstone, a newer one makes the row wanted', () => {
    const buried = storedRows({ tombstones: [tombstone({ kind: 'stock', id: 1, version: 6 })] })
    expect(apply([stock(98, 6)], buried).verdicts).toEqual(['older'])
    expect(apply([stock(98)], buried).verdicts).toEqual(['older'])
    expect(apply([stock(98, 7)], buried).verdicts).toEqual(['wanted'])
  })

  it('[C7] several on one record fold into one row, each noted in the history', () => {
    const { writes } = apply([stock(99, 5), stock(98, 6), stock(97, 7)], stored)
    expect(writes.put.get('stock')).toHaveLength(1)
    expect(writes.put.get('stock')).toMatchObject([{ quantity: 97, version: 7 }])
    expect(writes.stockChanges.map(({ old_stock, new_stock }) => [old_stock, new_stock])).toEqual([
      [100, 99],
      [99, 98],
      [98, 97],
    ])
  })
})

describe('a product event', () => {
  it('[C2] judges catalogue and stock each by its own version', () => {
    const stored = storedRows({
      product: [productRow({ id: 1, version: 3 })],
      stock: [stockRow({ id: 1, quantity: 100, version: 9 })],
    })
    const kinds = (events: KnownEvent[]) => Object.fromEntries(apply(events, stored).writes.put)
    expect(kinds([product(4, 8)])).toMatchObject({ product: [{ name: 'New name', version: 4 }] })
    expect(kinds([product(4, 8)])).not.toHaveProperty('stock')
    expect(kinds([product(3, 10)])).toEqual({ stock: [stockRow({ id: 1, quantity: 7, version: 10 })] })
    expect(apply([product(3, 9)], stored).verdicts).toEqual(['older'])
  })

  it('[V1] moves the list’s revision for a changed field only', () => {
    const row = productRow({ id: 1, name: 'New name', price: 2000, version: 3, rev: 2 })
    const stored = storedRows({ product: [row] })
    const same = apply([product(4, 2)], stored).writes
    expect([same.put.get('product'), same.rev]).toMatchObject([[{ version: 4, rev: 2 }], 10])
    const dearer = apply([product(4, 2, { price: 2500 })], stored).writes
    expect([dearer.put.get('product'), dearer.rev]).toMatchObject([[{ rev: 11 }], 11])
  })

  it('[S3] a re-created id is accepted over its tombstone when it counts on, and revives it', () => {
    const buried = storedRows({
      tombstones: [tombstone({ id: 1, version: 5 }), tombstone({ kind: 'stock', id: 1, version: 5 })],
    })
    expect(apply([product(5, 5)], buried).verdicts).toEqual(['older'])
    const { put: rows, revived } = apply([product(6, 6)], buried).writes
    expect(Object.fromEntries(rows)).toMatchObject({ product: [{ id: 1, version: 6 }], stock: [{ id: 1, version: 6 }] })
    expect(revived).toEqual([
      ['product', 1],
      ['stock', 1],
    ])
  })

  it('[C2] removal and re-creation in one batch end as the last of them', () => {
    // A removal tells the stock's last version, which is the stored one's.
    const stored = storedRows({
      product: [productRow({ id: 1, version: 3 })],
      stock: [stockRow({ id: 1, version: 2 })],
    })
    const removed = event('product_removed', { product_id: 1, version: 4, stock_version: 2 })
    const gone = apply([removed], stored).writes
    expect(Object.fromEntries(gone.removed)).toEqual({ product: [1], stock: [1] })
    expect(gone.tombstones).toMatchObject([
      { kind: 'product', id: 1, version: 4, rev: 11 },
      { kind: 'stock', id: 1, version: 2 },
    ])
    const back = apply([removed, product(5, 3)], stored).writes
    expect(Object.fromEntries(back.put)).toMatchObject({ product: [{ version: 5 }], stock: [{ version: 3 }] })
    expect([back.removed.size, back.tombstones]).toEqual([0, []])
    expect(apply([product(5, 3), removed], stored).verdicts).toEqual(['applied', 'older'])
  })
})

describe('an inventory event', () => {
  const stored = storedRows({ inventory: [inventoryRow({ id: 6486, quantity: 100, version: 2 })] })
  const quantity = (value: number, version?: number) =>
    event('quantity_updated', {
      inventory_id: 6486,
      new_quantity: value,
      ...(version === undefined ? {} : { version }),
    })

  it('[C2] follows the same rule', () => {
    expect(put('inventory', [quantity(99, 3)], stored)).toMatchObject([{ quantity: 99, version: 3, place: 'Toko' }])
    expect(apply([quantity(99, 2)], stored).verdicts).toEqual(['older'])
    expect(put('inventory', [quantity(99)], stored)).toMatchObject([
      { quantity: 99, provenance: { unversioned: true } },
    ])
    expect(apply([quantity(99, 3)], storedRows({})).writes.wanted).toEqual([{ resource: 'inventory', id: 6486 }])
  })

  it('[R3] goes with its tombstone', () => {
    const removed = event('inventory_removed', { inventory_id: 6486, product_id: 1, version: 3 })
    const { writes } = apply([removed, quantity(98, 3)], stored)
    expect(writes).toMatchObject({ tombstones: [{ kind: 'inventory', version: 3 }], wanted: [] })
    expect(writes.removed.get('inventory')).toEqual([6486])
  })
})

it('touches no row for events that are of no concern to the cache', () => {
  const events = [event('transaction_created', { transaction_id: 1, op: 'refund' })]
  expect(touchedRecords(RECORDS, events)).toEqual({ ids: new Map(), operations: [] })
  expect(apply(events, storedRows({})).verdicts).toEqual(['ignored'])
})

it('what an event tells before its row is here is stored; beside the row it is what it says', () => {
  const told = event('transaction_updated', { transaction_id: 7, status: 'void', version: 3 })
  const nothing = apply([told], storedRows({}))
  expect(nothing.verdicts).toEqual(['applied'])
  expect(nothing.writes.wanted).toEqual([{ resource: 'transaction', id: 7 }])
  const [first] = nothing.writes.put.get('transaction') ?? []
  expect(first).toMatchObject({ id: 7, version: 3, row: null, offline_id: null })
  const row = { id: 7, version: 2, at: 5, offline_id: 'x', row: '{}', told: null, provenance: { epoch: 'e1' } }
  const stored = { records: new Map([['transaction', new Map([[7, row]])]]), tombstones: new Map() }
  const beside = apply([told, event('transaction_updated', { transaction_id: 7, status: 'paid', version: 2 })], stored)
  expect(beside.verdicts).toEqual(['applied', 'older'])
  expect(beside.writes.put.get('transaction')).toMatchObject([
    { version: 3, at: 5, offline_id: 'x', row: '{}', told: expect.stringContaining('void') },
  ])
  expect(beside.writes.wanted).toHaveLength(1)
})

it('keeps no hash of an owner or a leaver, whatever server sends it', () => {
  const staff = (id: number, role: string, active: boolean) =>
    event('staff_changed', { id, name: 'X', role, active, pin_hash: 'h', version: 1 })
  const people = [staff(1, 'owner', true), staff(2, 'cashier', false), staff(3, 'supervisor', true)]
  expect(put('staff', people, storedRows({}))).toMatchObject([{ pin_hash: '' }, { pin_hash: '' }, { pin_hash: 'h' }])
})

it('[C2][S3] any order and doubling of one record’s events ends in the newest state', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 8 }),
      (versions, cuts) => {
        let row: RecordRow = stockRow({ id: 1, quantity: 1000, version: 0 })
        let rest = versions.map((version) => stock(1000 - version, version))
        for (const cut of [...cuts, rest.length]) {
          const stored = { records: new Map([['stock', new Map([[1, row]])]]), tombstones: new Map() }
          row = put('stock', rest.slice(0, cut), stored)[0] ?? row
          rest = rest.slice(cut)
        }
        const newest = Math.max(...versions)
        expect(row).toMatchObject({ quantity: 1000 - newest, version: newest })
      },
    ),
  )
})

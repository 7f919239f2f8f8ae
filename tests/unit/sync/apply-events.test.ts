import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KnownEvent, parseEvent } from '../../../src/contract/events.ts'
import type { StoredRows } from '../../../src/db/rows.ts'
import { applyEvents, touchedKeys } from '../../../src/sync/records/apply-events.pure.ts'
import { EPOCH, inventoryRow, productRow, storedRows, tombstone } from './rows.ts'

const context = { epoch: EPOCH, rev: 10, now: 1_000 }

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
const apply = (events: KnownEvent[], stored: StoredRows) => applyEvents(events, stored, context)
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
  const stored = storedRows({ products: [productRow({ id: 1, stock: 100, stock_version: 4 })] })

  it('[C2] replaces only an older version', () => {
    expect(apply([stock(98, 6)], stored).writes.products).toMatchObject([{ stock: 98, stock_version: 6 }])
    for (const version of [3, 4]) {
      const { writes, verdicts } = apply([stock(98, version)], stored)
      expect(writes.products).toEqual([])
      expect(verdicts).toEqual(['older'])
    }
  })

  it('[C2] touches the stock alone: the list’s revision and the catalogue stay', () => {
    const { writes } = apply([stock(98, 6)], stored)
    expect(writes.products[0]).toEqual({ ...productRow({ id: 1 }), stock: 98, stock_version: 6 })
    expect(writes.rev).toBe(context.rev)
  })

  it('[C6] without version and timestamp it is applied and marked, as the specification’s test has it', () => {
    const { writes } = apply([event('stock_updated', { product_id: 1, new_stock: 99 })], stored)
    expect(writes.products).toMatchObject([{ stock: 99, stock_version: 4, stocked: { unversioned: true } }])
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
    expect(writes.products).toMatchObject([{ stock: 60 }])
  })

  it('[C8] of another epoch replaces whatever the version', () => {
    const { writes } = apply([stock(5, 1, { epoch: 'life-2' })], stored)
    expect(writes.products).toMatchObject([{ stock: 5, stock_version: 1, stocked: { epoch: 'life-2' } }])
  })

  it('on an unknown product wants the whole row and inserts nothing', () => {
    const { writes, verdicts } = apply([stock(98, 6)], storedRows({}))
    expect(verdicts).toEqual(['wanted'])
    expect(writes).toMatchObject({ products: [], wanted: [{ kind: 'product', id: 1 }] })
  })

  it('[R3] nothing older passes a tombstone, a newer one makes the row wanted', () => {
    const buried = storedRows({ tombstones: [tombstone({ id: 1, stock_version: 6 })] })
    expect(apply([stock(98, 6)], buried).verdicts).toEqual(['older'])
    expect(apply([stock(98)], buried).verdicts).toEqual(['older'])
    expect(apply([stock(98, 7)], buried).verdicts).toEqual(['wanted'])
  })

  it('[C7] several on one record fold into one row, each noted in the history', () => {
    const { writes } = apply([stock(99, 5), stock(98, 6), stock(97, 7)], stored)
    expect(writes.products).toHaveLength(1)
    expect(writes.products).toMatchObject([{ stock: 97, stock_version: 7 }])
    expect(writes.stockChanges.map(({ old_stock, new_stock }) => [old_stock, new_stock])).toEqual([
      [100, 99],
      [99, 98],
      [98, 97],
    ])
  })
})

describe('a product event', () => {
  it('[C2] judges catalogue and stock each by its own version', () => {
    const stored = storedRows({ products: [productRow({ id: 1, version: 3, stock: 100, stock_version: 9 })] })
    expect(apply([product(4, 8)], stored).writes.products).toMatchObject([
      { name: 'New name', version: 4, stock: 100, stock_version: 9 },
    ])
    expect(apply([product(3, 10)], stored).writes.products).toMatchObject([
      { name: 'Product 1', version: 3, stock: 7, stock_version: 10 },
    ])
    expect(apply([product(3, 9)], stored).verdicts).toEqual(['older'])
  })

  it('[V1] moves the list’s revision for a changed field only', () => {
    const row = productRow({ id: 1, name: 'New name', price: 2000, version: 3, rev: 2 })
    expect(apply([product(4, 2)], storedRows({ products: [row] })).writes).toMatchObject({
      products: [{ version: 4, rev: 2 }],
      rev: 10,
    })
    expect(apply([product(4, 2, { price: 2500 })], storedRows({ products: [row] })).writes).toMatchObject({
      products: [{ rev: 11 }],
      rev: 11,
    })
  })

  it('[S3] a re-created id is accepted over its tombstone when it counts on, and revives it', () => {
    const buried = storedRows({ tombstones: [tombstone({ id: 1, version: 5, stock_version: 5 })] })
    expect(apply([product(5, 6)], buried).verdicts).toEqual(['older'])
    expect(apply([product(6, 6)], buried).writes).toMatchObject({
      products: [{ id: 1, version: 6 }],
      revived: [['product', 1]],
    })
  })

  it('[C2] removal and re-creation in one batch end as the last of them', () => {
    const stored = storedRows({ products: [productRow({ id: 1, version: 3 })] })
    const removed = event('product_removed', { product_id: 1, version: 4, stock_version: 2 })
    expect(apply([removed], stored).writes).toMatchObject({
      removedProducts: [1],
      tombstones: [{ id: 1, version: 4, rev: 11 }],
    })
    expect(apply([removed, product(5, 3)], stored).writes).toMatchObject({
      products: [{ version: 5 }],
      removedProducts: [],
      tombstones: [],
    })
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
    expect(apply([quantity(99, 3)], stored).writes.inventory).toMatchObject([
      { quantity: 99, version: 3, place: 'Toko' },
    ])
    expect(apply([quantity(99, 2)], stored).verdicts).toEqual(['older'])
    expect(apply([quantity(99)], stored).writes.inventory).toMatchObject([
      { quantity: 99, counted: { unversioned: true } },
    ])
    expect(apply([quantity(99, 3)], storedRows({})).writes.wanted).toEqual([{ kind: 'inventory', id: 6486 }])
  })

  it('[R3] goes with its tombstone', () => {
    const removed = event('inventory_removed', { inventory_id: 6486, product_id: 1, version: 3 })
    const { writes } = apply([removed, quantity(98, 3)], stored)
    expect(writes).toMatchObject({
      removedInventory: [6486],
      tombstones: [{ kind: 'inventory', version: 3 }],
      wanted: [],
    })
  })
})

it('touches no row for events that are of no concern to the cache', () => {
  const events = [event('transaction_created', { transaction_id: 1 })]
  expect(touchedKeys(events)).toEqual({ products: [], inventory: [], staff: [], settings: false, operations: [] })
  expect(apply(events, storedRows({})).verdicts).toEqual(['ignored'])
})

it('keeps no hash of an owner or a leaver, whatever server sends it', () => {
  const staff = (id: number, role: string, active: boolean) =>
    event('staff_changed', { id, name: 'X', role, active, pin_hash: 'h', version: 1 })
  const { writes } = apply(
    [staff(1, 'owner', true), staff(2, 'cashier', false), staff(3, 'supervisor', true)],
    storedRows({}),
  )
  expect(writes.staff.map(({ pin_hash }) => pin_hash)).toEqual(['', '', 'h'])
})

it('[C2][S3] any order and doubling of one record’s events ends in the newest state', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 8 }),
      (versions, cuts) => {
        let row = productRow({ id: 1, stock: 1000, stock_version: 0 })
        let rest = versions.map((version) => stock(1000 - version, version))
        for (const cut of [...cuts, rest.length]) {
          const { writes } = apply(rest.slice(0, cut), storedRows({ products: [row] }))
          row = writes.products[0] ?? row
          rest = rest.slice(cut)
        }
        const newest = Math.max(...versions)
        expect([row.stock, row.stock_version]).toEqual([1000 - newest, newest])
      },
    ),
  )
})

import { describe, expect, it } from 'vitest'
import { RECORDS } from '../../../src/contract/records/registry.ts'
import type { RecordRow, RowWrites, StoredRows } from '../../../src/db/rows.ts'
import { utf8Length } from '../../../src/domain/utf8-length.ts'
import { createRefreshedLines, SINGLES_MAX } from '../../../src/sync/health/refreshed-lines.pure.ts'
import { type ChangedRecord, changedRecords } from '../../../src/sync/records/changed-records.pure.ts'

const AT = Date.UTC(2026, 10, 30, 8)
const iso = (at: number) => new Date(at).toISOString()
const provenance = { epoch: 'e' }
const kindOf = (name: string) => {
  const kind = RECORDS.kinds.get(name)
  if (!kind) throw new Error(name)
  return kind
}
const stock = (id: number, quantity: number, version = 1) => ({ id, version, quantity, provenance }) as RecordRow
const changed = (kind: string, record: object): ChangedRecord => ({
  kind: kindOf(kind),
  record: { version: 1, provenance, ...record } as RecordRow,
  isRemoved: false,
})
const linesOf = (changes: readonly ChangedRecord[], rows: readonly unknown[] = [], how?: 'loaded') => {
  const refreshed = createRefreshedLines(() => AT)
  refreshed.onChanged({ changed: changes, rows }, how)
  return refreshed.take(250)
}

describe('[section 7] what rows changed', () => {
  const stored: StoredRows = {
    records: new Map([['stock', new Map([1, 2, 3, 4].map((id) => [id, stock(id, 10)]))]]),
    tombstones: new Map(),
  }
  const put = (...rows: RecordRow[]) =>
    ({ put: new Map([['stock', rows]]), removed: new Map([['stock', [4, 99]]]) }) as unknown as RowWrites

  it('is what is new, newer, of another content, or gone; the same again is nothing', () => {
    const writes = put(stock(1, 10), stock(2, 10, 2), stock(3, 11), stock(5, 1))
    expect(changedRecords(RECORDS, stored, writes).map(({ record, isRemoved }) => [record.id, isRemoved])).toEqual([
      [2, false],
      [3, false],
      [5, false],
      [4, true],
    ])
  })

  it('another provenance alone is no change: a new life of the log floods nothing', () => {
    const writes = { put: new Map([['stock', [{ ...stock(1, 10), provenance: { epoch: 'f' } }]]]), removed: new Map() }
    expect(changedRecords(RECORDS, stored, writes as unknown as RowWrites)).toEqual([])
  })
})

describe('[section 7] lines of refreshed records', () => {
  it('are one for each that a comparison mended, with product, size and where it is told the age', () => {
    const settings = { id: 1, values: {}, updated_at: iso(AT - 60_000) }
    expect(linesOf([changed('settings', settings)], [{ values: { a: 'é' } }])).toEqual([
      {
        event_type: 'settings',
        product_id: null,
        latency_ms: 60_250,
        payload_size: '{"values":{"a":"é"}}'.length + 1,
        at: AT,
        came: 'refreshed',
      },
    ])
    const [place] = linesOf([changed('inventory', { id: 6486, product_id: 1386 })], [{ id: 1 }, { id: 6486, q: 1 }])
    expect(place).toMatchObject({ event_type: 'inventory', product_id: 1386, latency_ms: null, payload_size: 17 })
  })

  it('tell a sale’s products and its last change by the server’s clock: a void’s is a counter’s', () => {
    const sale = {
      id: 7,
      transaction_code: 'T',
      offline_id: null,
      offline_reference: null,
      status: 'paid',
      grand_total: 1,
      items: [3, 9, 3].map((id) => ({ product_id: id, quantity: 1, price: 1 })),
      payments: [],
      device_id: null,
      created_by: null,
      created_at: iso(AT - 5_000),
      created_at_device: null,
    }
    const row = (rest: object) => changed('transaction', { id: 7, row: JSON.stringify({ ...sale, ...rest }) })
    expect(linesOf([row({})])).toMatchObject([{ product_id: 3, products: 2, latency_ms: 5_250 }])
    const voided = { offline_id: null, reason: 'x', created_at: iso(AT - 1_000) }
    expect(linesOf([row({ voided })])).toMatchObject([{ product_id: 3, latency_ms: null }])
    for (const garbled of [null, 'x', '5', '{"items":5}']) {
      expect(linesOf([changed('transaction', { id: 7, row: garbled })])).toMatchObject([
        { product_id: null, latency_ms: null },
      ])
    }
  })

  it('say what went, under the name of its kind', () => {
    expect(linesOf([{ ...changed('stock', { id: 4 }), isRemoved: true }], [{ id: 4 }])).toMatchObject([
      { event_type: 'stock_removed', product_id: 4, payload_size: null, latency_ms: null },
    ])
  })

  it('are one line of each kind for a load, and for more than anybody reads', () => {
    const many = Array.from({ length: 50_000 }, (_, id) => changed('stock', { id }))
    const total = { product_id: null, latency_ms: null, payload_size: null, at: AT, came: 'refreshed' }
    expect(linesOf(many)).toEqual([{ event_type: 'stock', rows: 50_000, ...total }])
    expect(linesOf([changed('stock', { id: 1 }), changed('product', { id: 1 })], [], 'loaded')).toEqual([
      { event_type: 'stock', rows: 1, ...total },
      { event_type: 'product', rows: 1, ...total },
    ])
    expect(linesOf(many.slice(0, SINGLES_MAX))).toHaveLength(SINGLES_MAX)
    expect(linesOf(many.slice(0, SINGLES_MAX + 1))).toMatchObject([{ rows: SINGLES_MAX + 1 }])
  })

  it('are taken once', () => {
    const refreshed = createRefreshedLines(() => AT)
    refreshed.onChanged({ changed: [changed('stock', { id: 1 })], rows: [] })
    expect(refreshed.take(0)).toHaveLength(1)
    expect(refreshed.take(0)).toEqual([])
  })
})

it('the bytes of a text are an encoder’s', () => {
  for (const text of ['', 'abc', 'é', 'Rp 15.000 – lunas', '日本', 'a😀b']) {
    expect(utf8Length(text), text).toBe(new TextEncoder().encode(text).length)
  }
})

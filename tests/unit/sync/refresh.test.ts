import { describe, expect, it } from 'vitest'
import type { Position, Provenance, RecordRow, RefreshState, StoredRows } from '../../../src/db/rows.ts'
import { applyList, applyPage, type Page } from '../../../src/sync/records/apply-page.pure.ts'
import {
  acceptPage,
  beginRefresh,
  planRefresh,
  positionAfter,
  REFRESH_TTL_MS,
  type RefreshMode,
} from '../../../src/sync/refresh/refresh.pure.ts'
import { CONTEXT, EPOCH, productRow, stockRow, storedRows, tombstone } from './rows.ts'

const at: Position = { epoch: EPOCH, cursor: 50 }
const context = { ...CONTEXT, rev: 1, now: 9 }
const paged = ['product', 'inventory']

function page(overrides: Partial<Page> = {}): Page {
  const rows = [
    {
      id: 1,
      name: 'One',
      sku: null,
      barcode: null,
      category: null,
      price: 1,
      unit: 'pcs',
      active: true,
      version: 2,
      stock: 5,
      stock_version: 2,
    },
  ]
  return {
    resource: 'product',
    rows,
    afterId: 0,
    lastId: 3,
    hasMore: true,
    total: 9,
    seq: 50,
    epoch: EPOCH,
    ...overrides,
  } as Page
}
const asAccepted = (of: Page) => ({ ...of, etag: `"${of.seq}"` })

describe('planning', () => {
  const done: RefreshState = { ...beginRefresh(false, 0, paged), phase: 'complete', finishedAt: 1000 }

  it('[R2] is skipped while younger than the TTL, then compares; loads all only when asked for now', () => {
    const plan = (now: number, mode: RefreshMode) =>
      planRefresh({ stored: done, position: at, mode, before: undefined, now, paged }).kind
    expect(plan(1000 + REFRESH_TTL_MS - 1, 'if-stale')).toBe('skip')
    expect(plan(1000 + REFRESH_TTL_MS, 'if-stale')).toBe('compare')
    expect(plan(1001, 'compare')).toBe('compare')
    expect(plan(1001, 'now')).toBe('begin')
  })

  it('[R2][C6] loads all where there is nothing to compare: never loaded, or a backend without a log', () => {
    const plan = (stored: RefreshState | undefined, position: Position) =>
      planRefresh({ stored, position, mode: 'compare', before: undefined, now: 1, paged }).kind
    expect(plan(undefined, at)).toBe('begin')
    expect(plan(done, { epoch: null, cursor: 0 })).toBe('begin')
  })

  it('a clock that was set back does not keep it fresh for ever', () => {
    expect(planRefresh({ stored: done, position: at, mode: 'if-stale', before: undefined, now: 0, paged }).kind).toBe(
      'compare',
    )
  })

  it('[R2] goes on with the page that it had reached', () => {
    const running: RefreshState = { ...beginRefresh(false, 0, paged), lastId: 2000 }
    expect(planRefresh({ stored: running, position: at, mode: 'if-stale', before: undefined, now: 1, paged })).toEqual({
      kind: 'resume',
      state: running,
    })
  })

  it('[C8] without a cursor it is forced, and does not go on with an ordinary one', () => {
    const nowhere: Position = { epoch: null, cursor: null }
    const running: RefreshState = { ...beginRefresh(false, 0, paged), lastId: 2000 }
    expect(
      planRefresh({ stored: running, position: nowhere, mode: 'if-stale', before: undefined, now: 1, paged }),
    ).toMatchObject({
      kind: 'begin',
      state: { forced: true, lastId: 0 },
    })
    expect(
      planRefresh({ stored: done, position: nowhere, mode: 'if-stale', before: undefined, now: 1001, paged }),
    ).toMatchObject({
      state: { forced: true },
    })
  })

  it('[C8] a forced one that ended while this one waited serves both', () => {
    const forced: RefreshState = { ...done, forced: true }
    const plan = (before: RefreshState | undefined, now: number) =>
      planRefresh({ stored: forced, position: at, mode: 'forced', before, now, paged }).kind
    for (const now of [2000, forced.startedAt - 3_600_000, 10 ** 12]) {
      expect(plan(undefined, now)).toBe('skip')
      expect(plan(beginRefresh(true, 0, paged), now)).toBe('skip')
      // The clock ran ahead when it ended: it looks as if it had ended after this one was asked for.
      expect(plan(forced, now)).toBe('begin')
    }
  })
})

describe('a page', () => {
  it('[R4] keeps the lowest position, over resumes, and a forced refresh ends there', () => {
    let state = beginRefresh(true, 0, paged)
    for (const [seq, resource, hasMore] of [
      [50, 'product', true],
      [48, 'product', false],
      [60, 'inventory', false],
    ] as const) {
      const verdict = acceptPage(state, asAccepted(page({ seq, resource, hasMore, rows: [] } as Partial<Page>)), at, {
        now: 5,
        paged,
      })
      if (verdict.kind !== 'accept') throw new Error(verdict.kind)
      state = verdict.state
    }
    expect(state).toMatchObject({ phase: 'complete', lowestSeq: 48, finishedAt: 5, etag: '"50"' })
    expect(positionAfter(state, { epoch: null, cursor: null })).toEqual({ epoch: EPOCH, cursor: 48 })
  })

  it('[R4] an ordinary refresh never moves the cursor', () => {
    expect(positionAfter({ ...beginRefresh(false, 0, paged), lowestSeq: 70 }, at)).toEqual(at)
  })

  it('[C8] of another epoch than the one in progress is discarded and everything starts again', () => {
    expect(
      acceptPage(beginRefresh(false, 0, paged), asAccepted(page({ epoch: 'life-2' })), at, { now: 1, paged }).kind,
    ).toBe('restart')
    const running: RefreshState = { ...beginRefresh(true, 0, paged), lastId: 3, loaded: 1, epoch: EPOCH }
    expect(acceptPage(running, asAccepted(page({ afterId: 3, epoch: 'life-2' })), at, { now: 1, paged }).kind).toBe(
      'restart',
    )
    expect(
      acceptPage(beginRefresh(true, 0, paged), asAccepted(page({ epoch: 'life-2' })), at, { now: 1, paged }).kind,
    ).toBe('accept')
  })
})

describe('rows of a page', () => {
  const put = (kind: string, stored: StoredRows) => applyPage(page(), stored, at, context).put.get(kind) ?? []

  it('[C2] replace an equal version and whatever an unversioned event left', () => {
    const stock = (version: number, provenance: Provenance = { epoch: EPOCH }) =>
      storedRows({
        product: [productRow({ id: 1, version: 2 })],
        stock: [stockRow({ id: 1, quantity: 4, version, provenance })],
      })
    expect(put('stock', stock(2))).toMatchObject([{ quantity: 5 }])
    expect(put('stock', stock(3))).toEqual([])
    expect(put('stock', stock(3, { epoch: EPOCH, unversioned: true }))).toMatchObject([
      { quantity: 5, provenance: { epoch: EPOCH } },
    ])
  })

  it('[R2] are not written when they are here as they are; of another life of the log they are', () => {
    const first = applyPage(page(), storedRows({}), at, context).put
    expect([...first.keys()]).toEqual(['product', 'stock'])
    const byId = (rows: readonly RecordRow[]) => new Map(rows.map((row) => [row.id, row]))
    const stored = { records: new Map([...first].map(([kind, rows]) => [kind, byId(rows)])), tombstones: new Map() }
    expect(applyPage(page(), stored, at, context).put.size).toBe(0)
    const again = applyPage(page({ epoch: 'life-2' }), stored, { ...at, epoch: 'life-2' }, context).put
    for (const kind of ['product', 'stock']) {
      expect(again.get(kind)).toMatchObject([{ id: 1, provenance: { epoch: 'life-2' } }])
    }
  })

  it('[R3] remove what the server lacks in the page’s range, with a tombstone', () => {
    const stored = storedRows({
      product: [productRow({ id: 1 }), productRow({ id: 2, version: 7 })],
      stock: [stockRow({ id: 1 }), stockRow({ id: 2, version: 8 })],
    })
    const { removed, tombstones } = applyPage(page(), stored, at, context)
    expect(Object.fromEntries(removed)).toEqual({ product: [2], stock: [2] })
    expect(tombstones).toMatchObject([
      { kind: 'product', id: 2, version: 7 },
      { kind: 'stock', id: 2, version: 8 },
    ])
  })

  it('[R3] keep a row that an event newer than the page has created', () => {
    const removed = (stored: StoredRows) => applyPage(page({ seq: 49 }), stored, at, context).removed.get('product')
    expect(removed(storedRows({ product: [productRow({ id: 2 })] }))).toBeUndefined()
    expect(removed(storedRows({ product: [productRow({ id: 2, provenance: { epoch: 'life-0' } })] }))).toEqual([2])
  })

  it('[R3] older than a tombstone do not come back', () => {
    expect(put('product', storedRows({ tombstones: [tombstone({ id: 1, version: 3 })] }))).toEqual([])
    expect(put('stock', storedRows({ tombstones: [tombstone({ kind: 'stock', id: 1, version: 3 })] }))).toEqual([])
  })

  it('[R5] leave both records of a product of which an operation has no verdict', () => {
    expect(applyPage(page(), storedRows({}), at, context, new Set([1])).put.size).toBe(0)
  })
})

describe('all rows of a list', () => {
  it('[R3] take the place of what is stored; what it lacks goes without a tombstone', () => {
    const person = (id: number) => ({ id, name: 'X', role: 'cashier', active: true, pin_hash: 'h', version: 2 })
    const stored = {
      records: new Map([['staff', new Map([[7, { id: 7, version: 1, provenance: { epoch: EPOCH } }]])]]),
      tombstones: new Map(),
    }
    const { put, removed, tombstones } = applyList('staff', [person(8)], stored, context)
    expect(put.get('staff')).toEqual([{ ...person(8), provenance: { epoch: EPOCH } }])
    expect([removed.get('staff'), tombstones]).toEqual([[7], []])
  })
})

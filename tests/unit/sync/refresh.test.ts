import { describe, expect, it } from 'vitest'
import type { Position, RefreshState } from '../../../src/db/rows.ts'
import { applyPage, type Page } from '../../../src/sync/records/apply-page.pure.ts'
import {
  acceptPage,
  beginRefresh,
  planRefresh,
  positionAfter,
  REFRESH_TTL_MS,
  type RefreshMode,
} from '../../../src/sync/refresh/refresh.pure.ts'
import { EPOCH, productRow, storedRows, tombstone } from './rows.ts'

const at: Position = { epoch: EPOCH, cursor: 50 }
const context = { epoch: EPOCH, rev: 1, now: 9 }

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
const asAccepted = (of: Page) => ({ ...of, rowCount: of.rows.length, etag: `"${of.seq}"` })

describe('planning', () => {
  const done: RefreshState = { ...beginRefresh(false, 0), phase: 'complete', finishedAt: 1000 }

  it('[R2] is skipped while younger than the TTL, then compares; loads all only when asked for now', () => {
    const plan = (now: number, mode: RefreshMode) =>
      planRefresh({ stored: done, position: at, mode, before: undefined, now }).kind
    expect(plan(1000 + REFRESH_TTL_MS - 1, 'if-stale')).toBe('skip')
    expect(plan(1000 + REFRESH_TTL_MS, 'if-stale')).toBe('verify')
    expect(plan(1001, 'verify')).toBe('verify')
    expect(plan(1001, 'now')).toBe('begin')
  })

  it('[R2][C6] loads all where there is nothing to compare: never loaded, or a backend without a log', () => {
    const plan = (stored: RefreshState | undefined, position: Position) =>
      planRefresh({ stored, position, mode: 'verify', before: undefined, now: 1 }).kind
    expect(plan(undefined, at)).toBe('begin')
    expect(plan(done, { epoch: null, cursor: 0 })).toBe('begin')
  })

  it('a clock that was set back does not keep it fresh for ever', () => {
    expect(planRefresh({ stored: done, position: at, mode: 'if-stale', before: undefined, now: 0 }).kind).toBe('verify')
  })

  it('[R2] goes on with the page that it had reached', () => {
    const running: RefreshState = { ...beginRefresh(false, 0), lastId: 2000 }
    expect(planRefresh({ stored: running, position: at, mode: 'if-stale', before: undefined, now: 1 })).toEqual({
      kind: 'resume',
      state: running,
    })
  })

  it('[C8] without a cursor it is forced, and does not go on with an ordinary one', () => {
    const nowhere: Position = { epoch: null, cursor: null }
    const running: RefreshState = { ...beginRefresh(false, 0), lastId: 2000 }
    expect(
      planRefresh({ stored: running, position: nowhere, mode: 'if-stale', before: undefined, now: 1 }),
    ).toMatchObject({
      kind: 'begin',
      state: { forced: true, lastId: 0 },
    })
    expect(
      planRefresh({ stored: done, position: nowhere, mode: 'if-stale', before: undefined, now: 1001 }),
    ).toMatchObject({
      state: { forced: true },
    })
  })

  it('[C8] a forced one that ended while this one waited serves both', () => {
    const forced: RefreshState = { ...done, forced: true }
    const plan = (before: RefreshState | undefined, now: number) =>
      planRefresh({ stored: forced, position: at, mode: 'forced', before, now }).kind
    for (const now of [2000, forced.startedAt - 3_600_000, 10 ** 12]) {
      expect(plan(undefined, now)).toBe('skip')
      expect(plan(beginRefresh(true, 0), now)).toBe('skip')
      // The clock ran ahead when it ended: it looks as if it had ended after this one was asked for.
      expect(plan(forced, now)).toBe('begin')
    }
  })
})

describe('a page', () => {
  it('[R4] keeps the lowest position, over resumes, and a forced refresh ends there', () => {
    let state = beginRefresh(true, 0)
    for (const [seq, resource, hasMore] of [
      [50, 'product', true],
      [48, 'product', false],
      [60, 'inventory', false],
    ] as const) {
      const verdict = acceptPage(state, asAccepted(page({ seq, resource, hasMore, rows: [] } as Partial<Page>)), at, 5)
      if (verdict.kind !== 'accept') throw new Error(verdict.kind)
      state = verdict.state
    }
    expect(state).toMatchObject({ phase: 'complete', lowestSeq: 48, finishedAt: 5, etag: '"50"' })
    expect(positionAfter(state, { epoch: null, cursor: null })).toEqual({ epoch: EPOCH, cursor: 48 })
  })

  it('[R4] an ordinary refresh never moves the cursor', () => {
    expect(positionAfter({ ...beginRefresh(false, 0), lowestSeq: 70 }, at)).toEqual(at)
  })

  it('[C8] of another epoch than the one in progress is discarded and everything starts again', () => {
    expect(acceptPage(beginRefresh(false, 0), asAccepted(page({ epoch: 'life-2' })), at, 1).kind).toBe('restart')
    const running: RefreshState = { ...beginRefresh(true, 0), lastId: 3, loaded: 1, epoch: EPOCH }
    expect(acceptPage(running, asAccepted(page({ afterId: 3, epoch: 'life-2' })), at, 1).kind).toBe('restart')
    expect(acceptPage(beginRefresh(true, 0), asAccepted(page({ epoch: 'life-2' })), at, 1).kind).toBe('accept')
  })
})

describe('rows of a page', () => {
  it('[C2] replace an equal version and whatever an unversioned event left', () => {
    const equal = storedRows({ products: [productRow({ id: 1, stock: 4, version: 2, stock_version: 2 })] })
    expect(applyPage(page(), equal, at, context).products).toMatchObject([{ stock: 5 }])
    const newer = storedRows({ products: [productRow({ id: 1, stock: 4, version: 2, stock_version: 3 })] })
    expect(applyPage(page(), newer, at, context).products).toMatchObject([{ stock: 4, stock_version: 3 }])
    const unversioned = storedRows({
      products: [productRow({ id: 1, stock: 4, stock_version: 3, stocked: { epoch: EPOCH, unversioned: true } })],
    })
    expect(applyPage(page(), unversioned, at, context).products).toMatchObject([
      { stock: 5, stocked: { epoch: EPOCH } },
    ])
  })

  it('[R2] are not written when they are here as they are; of another life of the log they are', () => {
    const first = applyPage(page(), storedRows({}), at, context).products
    expect(first).toHaveLength(1)
    expect(applyPage(page(), storedRows({ products: [...first] }), at, context).products).toEqual([])
    const otherLife = { ...at, epoch: 'life-2' }
    const again = applyPage(page({ epoch: 'life-2' }), storedRows({ products: [...first] }), otherLife, context)
    expect(again.products).toMatchObject([{ id: 1, catalogue: { epoch: 'life-2' }, stocked: { epoch: 'life-2' } }])
  })

  it('[R3] remove what the server lacks in the page’s range, with a tombstone', () => {
    const stored = storedRows({
      products: [productRow({ id: 1 }), productRow({ id: 2, version: 7, stock_version: 8 })],
    })
    expect(applyPage(page(), stored, at, context)).toMatchObject({
      removedProducts: [2],
      tombstones: [{ kind: 'product', id: 2, version: 7, stock_version: 8 }],
    })
  })

  it('[R3] keep a row that an event newer than the page has created', () => {
    const stored = storedRows({ products: [productRow({ id: 2 })] })
    expect(applyPage(page({ seq: 49 }), stored, at, context).removedProducts).toEqual([])
    const foreign = storedRows({ products: [productRow({ id: 2, catalogue: { epoch: 'life-0' } })] })
    expect(applyPage(page({ seq: 49 }), foreign, at, context).removedProducts).toEqual([2])
  })

  it('[R3] older than a tombstone do not come back', () => {
    const stored = storedRows({ tombstones: [tombstone({ id: 1, version: 3 })] })
    expect(applyPage(page(), stored, at, context).products).toEqual([])
  })
})

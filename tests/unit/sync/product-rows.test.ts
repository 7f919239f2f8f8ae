import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { StockRow } from '../../../src/db/rows.ts'
import type { StoredProduct } from '../../../src/db/watch-products.ts'
import { createProductRows } from '../../../src/sync/records/product-rows.ts'
import { EPOCH, stockedProduct, stockRow } from './rows.ts'

const received = (version: number, quantity: number, id = 1) => ({ id, quantity, version, epoch: EPOCH })

/** Stands in for the live query and for the frame: each runs when the test says so. */
function setUp() {
  let query: { ids: readonly number[]; onRows: (products: readonly StoredProduct[]) => void } | null = null
  let frame: (() => void) | null = null
  const queries: (readonly number[])[] = []
  const rows = createProductRows({
    watch(ids, onRows) {
      queries.push(ids)
      const mine = { ids, onRows }
      query = mine
      return () => {
        if (query === mine) query = null
      }
    },
    beforePaint: (callback) => {
      frame = callback
    },
  })
  return {
    rows,
    queries,
    paint: () => frame?.(),
    store: (...stored: StockRow[]) =>
      query?.onRows(
        query.ids.map((id) => {
          const row = stored.find((stocked) => stocked.id === id)
          return { row: row && stockedProduct(row), effects: [] }
        }),
      ),
  }
}

describe('the products on the screen', () => {
  let world: ReturnType<typeof setUp>
  const listener = vi.fn()
  const shown = () => world.rows.get(1)?.stock
  const stored = (version: number, stock: number) => stockRow({ id: 1, version, quantity: stock })

  beforeEach(async () => {
    world = setUp()
    listener.mockReset()
    world.rows.subscribe(1, listener)
    await Promise.resolve()
    world.store(stored(5, 100))
    listener.mockReset()
  })

  it('[V1] reads all rows that came into view with one narrow query', async () => {
    for (const id of [2, 3, 4]) world.rows.subscribe(id, () => undefined)
    await Promise.resolve()
    expect(world.queries).toEqual([[1], [1, 2, 3, 4]])
  })

  it('[V1] tells nobody of a row that is as it was', () => {
    const before = world.rows.get(1)
    world.store(stored(5, 100))
    expect(listener).not.toHaveBeenCalled()
    expect(world.rows.get(1)).toBe(before)
    world.store(stored(6, 99))
    expect(listener).toHaveBeenCalledTimes(1)
    expect(shown()).toBe(99)
  })

  it('[V2] shows a received event before it is stored, and never steps back on the way', () => {
    world.rows.anticipate([received(6, 99), received(7, 98)])
    world.paint()
    expect([shown(), listener.mock.calls.length]).toEqual([98, 1])
    world.store(stored(6, 99))
    expect(shown()).toBe(98)
    world.store(stored(7, 98))
    expect([shown(), listener.mock.calls.length]).toEqual([98, 1])
    world.store(stored(8, 97))
    expect(shown()).toBe(97)
  })

  it('[C2] anticipates nothing older than what is shown', () => {
    world.rows.anticipate([received(5, 1), received(4, 2), received(9, 4, 2)])
    world.paint()
    expect(shown()).toBe(100)
  })

  it('[C3] goes back to what is stored when memory is void', () => {
    world.rows.anticipate([received(6, 99)])
    world.rows.forget()
    expect(shown()).toBe(100)
  })

  it('[C8] a row of another epoch replaces what was anticipated', () => {
    world.rows.anticipate([received(6, 99)])
    world.store(stockRow({ id: 1, version: 2, quantity: 50, provenance: { epoch: 'life-2' } }))
    expect(shown()).toBe(50)
  })

  it('shows a removed product as gone, and forgets what nobody looks at', async () => {
    world.rows.anticipate([received(6, 99)])
    world.store()
    expect(world.rows.get(1)).toBeNull()
    const stop = world.rows.subscribe(2, listener)
    stop()
    await Promise.resolve()
    expect(world.rows.get(2)).toBeUndefined()
  })
})

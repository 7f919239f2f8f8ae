import { describe, expect, it } from 'vitest'
import type { ProductRow } from '../../../src/db/rows.ts'
import {
  chainRanges,
  inventoryRecords,
  judgeComparison,
  leaveToLog,
  productRecords,
  settingsRecord,
} from '../../../src/sync/refresh/compare-ranges.pure.ts'

const EPOCH = 'life-1'
const range = (after: number, upTo: number | null) => ({ after, upTo, count: 1, checksum: 'x' })

function product(change: Partial<ProductRow> = {}): ProductRow {
  const kept = { epoch: EPOCH }
  const words = { name: 'Gula', sku: null, barcode: null, category: null, unit: 'pcs' }
  return {
    id: 7,
    ...words,
    price: 1000,
    active: true,
    version: 2,
    catalogue: kept,
    stock: 5,
    stock_version: 3,
    stocked: kept,
    rev: 1,
    ...change,
  }
}

describe('comparing with the server', () => {
  it('[R2] chains the server’s ranges, each from the end of the one before', () => {
    expect(
      chainRanges(4, [
        { up_to: 9, count: 2, checksum: 'a' },
        { up_to: null, count: 1, checksum: 'b' },
      ]),
    ).toEqual([
      { after: 4, upTo: 9, count: 2, checksum: 'a' },
      { after: 9, upTo: null, count: 1, checksum: 'b' },
    ])
  })

  it('[R2] looks closer at a few ranges, and loads everything when most differ', () => {
    const all = [range(0, 1), range(1, 2), range(2, 3), range(3, 4), range(4, null)]
    expect(judgeComparison(all, [])).toBe('equal')
    expect(judgeComparison(all, all.slice(0, 2))).toBe('look-closer')
    expect(judgeComparison(all, all.slice(0, 3))).toBe('load')
    // A small shop is one range or two.
    expect(judgeComparison(all.slice(0, 1), all.slice(0, 1))).toBe('look-closer')
  })

  it('[R2] lets the log come first while that is about to bring what differs', () => {
    const at = (cursor: number, epoch = EPOCH) => ({ epoch, cursor })
    expect(leaveToLog(at(100), 200, undefined, 5000)).toBeNull()
    const standing = leaveToLog(at(100), 201, undefined, 5000)
    expect(standing).toEqual({ epoch: EPOCH, cursor: 100, since: 5000 })
    if (!standing) return
    // It stands still: a little later still left to the log, then no longer, and not when the clock was set back.
    expect(leaveToLog(at(100), 301, standing, 14_999)).toBe(standing)
    expect(leaveToLog(at(100), 301, standing, 15_000)).toBeNull()
    expect(leaveToLog(at(100), 301, standing, 4999)).toBeNull()
    // It gets on, or is of another life.
    expect(leaveToLog(at(101), 301, standing, 15_000)).toEqual({ epoch: EPOCH, cursor: 101, since: 15_000 })
    expect(leaveToLog(at(100, 'life-0'), 301, standing, 15_000)).toMatchObject({ epoch: 'life-0', since: 15_000 })
    expect(leaveToLog({ epoch: null, cursor: null }, 301, standing, 15_000)).toBeNull()
  })

  it('[R2][C2][C8] what has no version of this life equals nothing', () => {
    expect(productRecords([product(), product({ id: 9 })], EPOCH)).toBe('7:2:3,9:2:3')
    expect(productRecords([product({ stocked: { epoch: 'life-0' } })], EPOCH)).toBe('7:?')
    expect(productRecords([product({ catalogue: { epoch: EPOCH, unversioned: true } })], EPOCH)).toBe('7:?')
    expect(
      inventoryRecords(
        [{ id: 3, product_id: 7, place: '', quantity: 1, version: 4, counted: { epoch: EPOCH } }],
        EPOCH,
      ),
    ).toBe('3:4')
  })

  it('[R2] settings that nobody has written are none', () => {
    const settings = { key: 'branch', values: {}, updated_at: '', version: 0, kept: { epoch: EPOCH } } as const
    expect(settingsRecord(undefined, EPOCH)).toBe('')
    expect(settingsRecord(settings, EPOCH)).toBe('')
    expect(settingsRecord({ ...settings, version: 5 }, EPOCH)).toBe('1:5')
  })
})

import { describe, expect, it } from 'vitest'
import { RECORDS } from '../../../src/contract/records/registry.ts'
import type { Provenance, StoredRows } from '../../../src/db/rows.ts'
import { chainRanges, judgeComparison, leaveToLog, recordLines } from '../../../src/sync/refresh/compare-ranges.pure.ts'
import { inventoryRow, productRow, stockRow, storedRows } from './rows.ts'

const EPOCH = 'life-1'
const range = (after: number, upTo: number | null) => ({ after, upTo, count: 1, checksum: 'x' })

const linesOf = (name: string, stored: StoredRows) =>
  recordLines({ name, shape: name === 'settings' ? 'one' : 'pages' }, RECORDS, stored, EPOCH)
const product = (id: number, at: Provenance = { epoch: EPOCH }, stockAt: Provenance = at) => ({
  product: [productRow({ id, version: 2, provenance: at })],
  stock: [stockRow({ id, version: 3, provenance: stockAt })],
})

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
    const two = { product: [], stock: [] }
    for (const id of [9, 7])
      for (const kind of ['product', 'stock'] as const) two[kind].push(...(product(id)[kind] as []))
    expect(linesOf('product', storedRows(two))).toBe('7:2:3,9:2:3')
    const other = { epoch: 'life-0' }
    const unversioned = { epoch: EPOCH, unversioned: true } as const
    expect(linesOf('product', storedRows(product(7, { epoch: EPOCH }, other)))).toBe('7:?')
    expect(linesOf('product', storedRows(product(7, unversioned, { epoch: EPOCH })))).toBe('7:?')
    expect(linesOf('inventory', storedRows({ inventory: [inventoryRow({ id: 3, version: 4 })] }))).toBe('3:4')
  })

  it('[R2] a row of which one record is missing equals nothing', () => {
    expect(linesOf('product', storedRows({ product: product(7).product }))).toBe('7:?')
    expect(linesOf('product', storedRows({ stock: product(7).stock }))).toBe('7:?')
  })

  it('[R2] settings that nobody has written are none', () => {
    const settings = (version: number) => ({
      records: new Map([['settings', new Map([[1, { id: 1, version, provenance: { epoch: EPOCH } }]])]]),
      tombstones: new Map(),
    })
    expect(linesOf('settings', storedRows({}))).toBe('')
    expect(linesOf('settings', settings(0))).toBe('')
    expect(linesOf('settings', settings(5))).toBe('1:5')
  })
})

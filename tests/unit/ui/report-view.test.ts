import { describe, expect, it } from 'vitest'
import { compareContents } from '../../../src/features/owner/reports/compare-contents.ts'
import { barsOf, isAskable, readView, writeView } from '../../../src/features/owner/reports/report-view.ts'

const TODAY = '2026-03-02'
const read = (query: string) => readView(new URLSearchParams(query), TODAY)

describe('the address of a report', () => {
  it('is today’s takings when it says nothing, or nothing readable', () => {
    const takings = { page: 'takings', preset: 'today', period: { from: TODAY, to: TODAY } }
    expect(read('')).toEqual(takings)
    expect(read('show=nonsense&period=never')).toEqual(takings)
    expect(read('period=custom&from=x&to=2026-01-01').period).toEqual({ from: TODAY, to: TODAY })
  })

  it('names periods that move with the day', () => {
    expect(read('period=yesterday').period).toEqual({ from: '2026-03-01', to: '2026-03-01' })
    expect(read('period=week').period).toEqual({ from: '2026-02-24', to: TODAY })
    expect(read('period=month').period).toEqual({ from: '2026-03-01', to: TODAY })
  })

  it('comes back from what it was written to', () => {
    for (const query of [
      '',
      'show=shifts',
      'period=month',
      'show=conflicts&period=custom&from=2026-01-01&to=2026-01-31',
    ]) {
      expect(writeView(read(query)).toString()).toBe(query)
    }
  })

  it('is not asked of the server when the period makes no sense', () => {
    expect(isAskable({ from: '2026-01-01', to: '2026-12-31' })).toBe(true)
    expect(isAskable({ from: '2026-01-01', to: '2027-01-02' })).toBe(false)
    expect(isAskable({ from: '2026-01-02', to: '2026-01-01' })).toBe(false)
    expect(isAskable({ from: '2026-02-30', to: '2026-03-01' })).toBe(false)
    expect(isAskable({ from: '', to: '' })).toBe(false)
  })
})

describe('the bars of a chart', () => {
  it('are the usual hours of a day, and more where something was sold', () => {
    const day = { from: TODAY, to: TODAY }
    expect(barsOf(day, []).map(({ slot }) => slot)).toEqual([
      '08',
      '09',
      '10',
      '11',
      '12',
      '13',
      '14',
      '15',
      '16',
      '17',
      '18',
      '19',
      '20',
    ])
    const bars = barsOf(day, [
      { slot: '05', count: 1, sales: 500 },
      { slot: '23', count: 2, sales: 900 },
    ])
    expect(bars[0]).toEqual({ slot: '05', count: 1, sales: 500 })
    expect(bars.at(-1)).toEqual({ slot: '23', count: 2, sales: 900 })
    expect(bars).toHaveLength(19)
    expect(bars[1]).toEqual({ slot: '06', count: 0, sales: 0 })
  })

  it('are every day of a longer period', () => {
    const bars = barsOf({ from: '2026-02-27', to: '2026-03-02' }, [{ slot: '2026-03-01', count: 1, sales: 7 }])
    expect(bars.map(({ slot, sales }) => [slot, sales])).toEqual([
      ['2026-02-27', 0],
      ['2026-02-28', 0],
      ['2026-03-01', 7],
      ['2026-03-02', 0],
    ])
  })
})

describe('two contents of one operation', () => {
  it('are compared field by field; null is the same as not there', () => {
    const server = { item: { grand_total: 5_000, note: null, items: [{ product_id: 1, price: 5_000 }] }, payments: [] }
    const local = { item: { grand_total: 6_000, items: [{ product_id: 1, price: 5_000 }, { product_id: 2 }] } }
    expect(compareContents(server, local)).toEqual({
      different: [
        { field: 'item.grand_total', server: '5000', local: '6000' },
        { field: 'item.items.1.product_id', server: null, local: '2' },
      ],
      sameCount: 2,
    })
  })

  it('may be anything', () => {
    expect(compareContents(null, 'x')).toEqual({ different: [{ field: '', server: null, local: 'x' }], sameCount: 0 })
    expect(compareContents(undefined, [])).toEqual({ different: [], sameCount: 0 })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTrafficMaker } from '../../../server/admin/make-traffic.ts'
import { parseArguments } from '../../../server/admin/parse-arguments.ts'
import { renderTable } from '../../../server/admin/print-table.ts'
import { fromThousandths, toThousandths } from '../../../src/domain/quantity.ts'

describe('parseArguments', () => {
  it('takes a negative number for a value', () => {
    expect(parseArguments(['stock', '1386', 'by', '-3']).words).toEqual(['stock', '1386', 'by', '-3'])
    expect(parseArguments(['product', 'set', '5', '--stock', '-2.5']).option('stock')).toBe('-2.5')
  })

  it('refuses what has no meaning', () => {
    expect(() => parseArguments(['--colour', 'red'])).toThrow(/--colour/)
    expect(() => parseArguments(['--price'])).toThrow(/--price/)
    expect(() => parseArguments(['branch', 'list', '--price', '5']).allow('branch')).toThrow(
      '--price has no meaning here',
    )
  })
})

describe('renderTable', () => {
  it('puts numbers to the right and shows what is missing', () => {
    const lines = renderTable(
      ['ID', 'NAME'],
      [
        [5, 'Teh'],
        [1386, null],
      ],
    )
    expect(lines).toEqual(['  ID  NAME', '   5  Teh', '1386  –'])
  })
})

describe('the traffic of other counters', () => {
  const products = Array.from({ length: 50 }, (_, index) => ({ id: index + 1, stock: 40, weighed: index % 10 === 0 }))

  it('is mostly one to three of few popular products, with deliveries now and then', () => {
    let seed = 1
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const maker = createTrafficMaker(products, random)
    const changes = Array.from({ length: 5_000 }, () => maker.next())
    const sales = changes.filter(({ reason }) => reason === 'transaction')
    expect(sales.length).toBeGreaterThan(4_000)
    expect(sales.length).toBeLessThan(5_000)
    const counts = new Map<number, number>()
    for (const { productId } of sales) counts.set(productId, (counts.get(productId) ?? 0) + 1)
    const topTen = [...counts.values()].sort((a, b) => b - a).slice(0, 10)
    expect(topTen.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(sales.length * 0.4)
  })

  it('has whole pieces or weights of at most three decimals, and never leaves a shelf far below zero', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.999999, noNaN: true }), { minLength: 10 }), (draws) => {
        let next = 0
        const maker = createTrafficMaker(products, () => draws[next++ % draws.length] ?? 0)
        const stock = new Map(products.map(({ id, stock: now }) => [id, toThousandths(now)]))
        for (let count = 0; count < 200; count++) {
          const { productId, delta } = maker.next()
          expect(fromThousandths(toThousandths(delta))).toBe(delta)
          expect(delta).not.toBe(0)
          if (productId % 10 !== 1) expect(Number.isInteger(delta)).toBe(true)
          stock.set(productId, (stock.get(productId) ?? 0) + toThousandths(delta))
          expect(stock.get(productId)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})

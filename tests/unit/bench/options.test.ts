import { describe, expect, test } from 'vitest'
import { parseBenchCommand } from '../../../bench/options.ts'

describe('parseBenchCommand', () => {
  test('has defaults', () => {
    expect(parseBenchCommand(['propagation'])).toEqual({
      bench: 'propagation',
      options: { products: 10_000, rates: [10, 100], seconds: 20, rounds: 2, visible: 15, trace: true, quiet: false },
      json: null,
    })
  })

  test('takes options', () => {
    const args = ['propagation', '--rates', '100', '--seconds', '5', '--no-trace', '--json', 'out.json']
    expect(parseBenchCommand(args)).toMatchObject({
      options: { rates: [100], seconds: 5, trace: false },
      json: 'out.json',
    })
    expect(parseBenchCommand(['search', '--sizes', '500'])).toMatchObject({ options: { sizes: [500] } })
    expect(parseBenchCommand(['cart', '--cart-lines', '20'])).toMatchObject({
      options: { products: 10_000, lines: 20 },
    })
    expect(parseBenchCommand(['fairness', '--batch', '500'])).toMatchObject({
      options: { sales: 1_000, lines: 5, batch: 500 },
    })
    expect(parseBenchCommand(['catch-up'])).toMatchObject({ options: { products: 10_000, changes: 100_000 } })
    expect(parseBenchCommand(['handover', '--samples', '5'])).toMatchObject({ options: { samples: 5 } })
    expect(parseBenchCommand(['refresh'])).toMatchObject({ options: { products: 50_000 } })
    expect(parseBenchCommand(['refresh', '--products', '100'])).toMatchObject({ options: { products: 100 } })
  })

  test.each([
    [[]],
    [['nothing']],
    [['propagation', '--rates', '10,']],
    [['propagation', '--seconds', '0']],
    [['search', 'x']],
  ])('refuses %j', (args) => {
    expect(() => parseBenchCommand(args)).toThrow()
  })
})

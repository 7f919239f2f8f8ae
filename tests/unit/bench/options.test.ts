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
    expect(parseBenchCommand(['cart', '--cart-lines', '20'])).toMatchObject({
      options: { products: 10_000, lines: 20 },
    })
    expect(parseBenchCommand(['fairness', '--batch', '500'])).toMatchObject({
      options: { sales: 1_000, lines: 5, batch: 500 },
    })
    expect(parseBenchCommand(['catch-up'])).toMatchObject({ options: { products: 10_000, changes: 100_000 } })
    expect(parseBenchCommand(['handover', '--samples', '5'])).toMatchObject({ options: { samples: 5 } })
    expect(parseBenchCommand(['flood', '--counters', '3'])).toMatchObject({
      options: { products: 20_000, counters: 3 },
    })
    expect(parseBenchCommand(['refresh'])).toMatchObject({ options: { products: 50_000 } })
    expect(parseBenchCommand(['refresh', '--products', '100'])).toMatchObject({ options: { products: 100 } })
  })

  test('of screen measures everything, or the parts, sizes and speeds that are named', () => {
    expect(parseBenchCommand(['screen'])).toEqual({
      bench: 'screen',
      options: {
        parts: ['load', 'start', 'search', 'paint'],
        sizes: [10_000, 50_000],
        speeds: [1, 6],
        seconds: 8,
        rounds: 2,
        starts: 5,
        profile: null,
      },
      json: null,
    })
    const args = ['screen', '--only', 'paint,search', '--products', '10000', '--throttle', '6', '--profile', 'here']
    expect(parseBenchCommand(args)).toMatchObject({
      options: { parts: ['search', 'paint'], sizes: [10_000], speeds: [6], profile: 'here' },
    })
  })

  test.each([
    [[]],
    [['nothing']],
    [['propagation', '--rates', '10,']],
    [['propagation', '--seconds', '0']],
    [['screen', 'x']],
    [['screen', '--only', 'serch']],
    [['screen', '--throttle', '1.5']],
  ])('refuses %j', (args) => {
    expect(() => parseBenchCommand(args)).toThrow()
  })
})

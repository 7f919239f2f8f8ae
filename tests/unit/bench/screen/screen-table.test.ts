import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { judgeFigures, readAims } from '../../../../bench/screen/budgets.ts'
import type { Figure } from '../../../../bench/screen/figures.ts'
import { listJudgements, replaceBetween, tabulateFigures } from '../../../../bench/screen/screen-table.ts'

const aims = readAims([
  { figure: 'search-p95', cpu: 1, atMost: 17 },
  { figure: 'busy-100', cpu: 6, timesFloor: 1.3 },
])
const figures: readonly Figure[] = [
  { name: 'search-p95', products: 10_000, cpu: 1, product: 16.94, floor: 3.2 },
  { name: 'search-p95', products: 50_000, cpu: 1, product: 42, floor: 6 },
  { name: 'load', products: 50_000, cpu: 1, product: 25_312.4, floor: null },
  { name: 'busy-100', products: 10_000, cpu: 6, product: 92, floor: 48 },
]
const judgements = judgeFigures(figures, aims)

describe('tabulateFigures', () => {
  test('stands a figure’s sizes side by side, with its aim and whether each meets it', () => {
    expect(tabulateFigures(figures, judgements)).toBe(
      [
        '| what | CPU | aim | 10,000: floor | product | met | 50,000: floor | product | met |',
        '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
        '| search: key → rows painted, p95 |  | ≤ 17 | 3.2 | 16.9 | yes | 6 | 42 | **no** |',
        '| first load: enrol → live |  |  |  |  |  |  | 25,312 |  |',
        "| page's main thread busy at 100/s, % of the time | ÷ 6 | ≤ 1.3 × floor | 48 | 92 | **no** |  |  |  |",
      ].join('\n'),
    )
  })
})

describe('listJudgements', () => {
  test('says of each what was found and what is allowed', () => {
    expect(listJudgements(judgements).split('\n')).toEqual([
      'met     search: key → rows painted, p95 (10,000 products): 16.9, at most 17',
      'NOT MET search: key → rows painted, p95 (50,000 products): 42, at most 17',
      "NOT MET page's main thread busy at 100/s, % of the time (10,000 products, CPU ÷ 6): 92, at most 62.4 = 1.3 × floor",
    ])
  })
})

describe('replaceBetween', () => {
  const begin = '<!-- screen: begin, written by npm run bench -->'
  const end = '<!-- screen: end -->'

  test('changes what stands between the markers and nothing else, as often as it likes', () => {
    const once = replaceBetween(`a\n${begin}\nold\n${end}\nb\n`, 'screen', 'new')
    expect(once).toBe(`a\n${begin}\n\nnew\n\n${end}\nb\n`)
    expect(replaceBetween(once, 'screen', 'new')).toBe(once)
  })

  test.each([
    `${begin} no end`,
    `no begin ${end}`,
    `${end} ${begin}`,
    `${begin} ${begin} ${end}`,
    `${begin} ${end} ${end}`,
  ])('refuses %j rather than lose text', (text) => {
    expect(() => replaceBetween(text, 'screen', 'new')).toThrow('There must be one')
  })

  test('finds its place in the documentation', () => {
    expect(() => replaceBetween(readFileSync('docs/benchmarks.md', 'utf8'), 'screen', 'new')).not.toThrow()
  })
})

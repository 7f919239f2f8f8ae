import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { judgeFigures, readAims, unmeasured } from '../../../../bench/screen/budgets.ts'
import type { Figure } from '../../../../bench/screen/figures.ts'

const search: Figure = { name: 'search-p95', products: 10_000, cpu: 1, product: 17, floor: 3 }
const absolute = readAims([{ figure: 'search-p95', cpu: 1, atMost: 17 }])
const relative = readAims([{ figure: 'search-p95', cpu: 1, timesFloor: 2 }])
const isMet = (change: Partial<Figure>, aims = absolute) => judgeFigures([{ ...search, ...change }], aims)[0]?.isMet

describe('readAims', () => {
  test('takes what the project aims at', () => {
    const file: unknown = JSON.parse(readFileSync('bench/budgets.json', 'utf8'))
    expect(readAims(file).length).toBeGreaterThan(10)
  })

  test.each([
    { figure: 'serch-p95', cpu: 1, atMost: 17 },
    { figure: 'search-p95', cpu: 1 },
    { figure: 'search-p95', cpu: 1, atMost: 17, timesFloor: 2 },
    { figure: 'search-p95', atMost: 17 },
    { figure: 'search-p95', cpu: 1, atmost: 17 },
    { figure: 'search-p95', cpu: 1, product: 10_000, atMost: 17 },
    { figure: 'search-p95', cpu: 1, atMost: '17' },
    null,
  ])('refuses %j: an aim that is spelled wrong would never be missed', (entry) => {
    expect(() => readAims([entry])).toThrow('Aim 1')
  })
})

describe('judgeFigures', () => {
  test('holds an absolute aim up to its limit', () => {
    expect(isMet({ product: 17 })).toBe(true)
    expect(isMet({ product: 17.01 })).toBe(false)
  })

  test('holds a relative aim up to so many times the floor of the same run', () => {
    expect(isMet({ product: 6 }, relative)).toBe(true)
    expect(isMet({ product: 6.01 }, relative)).toBe(false)
    expect(judgeFigures([search], relative)[0]?.limit).toBe(6)
  })

  test('takes a figure that was not found, or has no floor, for missed', () => {
    expect(isMet({ product: Number.NaN })).toBe(false)
    expect(isMet({ product: 1, floor: null }, relative)).toBe(false)
    expect(isMet({ product: 1, floor: Number.NaN }, relative)).toBe(false)
  })

  test('judges each size and speed that the aim names, and no other', () => {
    const aims = readAims([{ figure: 'search-p95', cpu: 6, products: 10_000, atMost: 60 }])
    const at = (cpu: number, products: number) => judgeFigures([{ ...search, cpu, products }], aims).length
    expect([at(6, 10_000), at(1, 10_000), at(6, 50_000)]).toEqual([1, 0, 0])
    expect(judgeFigures([search, { ...search, products: 50_000 }], absolute)).toHaveLength(2)
  })
})

describe('unmeasured', () => {
  test('names the aims that nothing was measured for', () => {
    expect(unmeasured([search], absolute)).toEqual([])
    expect(unmeasured([{ ...search, cpu: 6 }], absolute)).toEqual(absolute)
  })
})

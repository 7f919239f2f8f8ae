import { describe, expect, test } from 'vitest'
import { summarize } from '../../../bench/stats.ts'

describe('summarize', () => {
  test('takes nearest-rank percentiles of unsorted samples', () => {
    const samples = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1)
    expect(summarize(samples)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 })
  })

  test('of one sample is that sample', () => {
    expect(summarize([7.5])).toEqual({ count: 1, p50: 7.5, p95: 7.5, p99: 7.5, max: 7.5 })
  })

  test('of nothing is not a number, never 0', () => {
    expect(summarize([])).toEqual({ count: 0, p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, max: Number.NaN })
  })
})

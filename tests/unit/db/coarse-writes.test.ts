import { type ObservabilitySet, RangeSet } from 'dexie'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coarsen } from '../../../src/db/coarse-writes.ts'
import { rangesOf } from '../../../src/db/ranges.ts'

const PART = 'idb://cache/products/'
const key = fc.oneof(fc.integer(), fc.string(), fc.tuple(fc.constantFrom('inventory', 'product'), fc.nat()))

function told(keys: readonly (number | string | [string, number])[]): ObservabilitySet {
  const parts: ObservabilitySet = { [PART]: new RangeSet().addKeys([...keys]) }
  coarsen(parts)
  return parts
}
const toldRanges = (parts: ObservabilitySet) => {
  const part = parts[PART]
  return rangesOf(part).map(({ from, to }) => [from, to])
}

describe('the keys of a write, as live queries hear of them', () => {
  it('[V1] are named each, when they are few', () => {
    expect(toldRanges(told([3, 1, 500]))).toEqual([
      [1, 1],
      [3, 3],
      [500, 500],
    ])
  })

  it('[R2] of a page of 1,000 are four ranges, and nothing beside the page', () => {
    const page = Array.from({ length: 1000 }, (_, index) => 7001 + index)
    expect(toldRanges(told(page))).toEqual([
      [7001, 7250],
      [7251, 7500],
      [7501, 7750],
      [7751, 8000],
    ])
  })

  it('[V1] whatever they are, none is left out and at most sixteen are told', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
        const parts = told(keys)
        expect(toldRanges(parts).length).toBeLessThanOrEqual(16)
        const part = parts[PART]
        for (const one of keys) expect(part && RangeSet(part).hasKey(one)).toBe(true)
      }),
    )
  })
})

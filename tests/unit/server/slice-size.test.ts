import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextSliceSize } from '../../../server/catalogue/slice-size.ts'

describe('how many lines of a file are brought in at once', () => {
  test('as many as take 40 ms, whatever the machine', () => {
    for (const perLine of [0.2, 0.5, 1, 2]) {
      let size = 50
      for (let slice = 0; slice < 10; slice += 1) size = nextSliceSize(size, size * perLine)
      expect(size * perLine).toBeGreaterThan(35)
      expect(size * perLine).toBeLessThan(45)
    }
  })

  test('never none, never a whole file, and no more than double after one quick slice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 500 }), fc.double({ min: 0, max: 100_000, noNaN: true }), (size, took) => {
        const next = nextSliceSize(size, took)
        expect(next).toBeGreaterThanOrEqual(10)
        expect(next).toBeLessThanOrEqual(Math.min(500, size * 2))
      }),
    )
  })
})

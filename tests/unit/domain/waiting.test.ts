import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isYoung, waitLeft } from '../../../src/domain/waiting.ts'

const NOON = 1_800_000_000_000

describe('a stored moment', () => {
  it('that a wait ends at: its rest, never below nothing', () => {
    expect([-1, 0, 1, 29_999, 30_000].map((left) => waitLeft(NOON + left, 30_000, NOON))).toEqual([
      0, 0, 1, 29_999, 30_000,
    ])
  })

  it('is never waited for longer than the wait may be, wherever the clock was set', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(10 ** 6), fc.integer(), (until, longest, now) => {
        expect(waitLeft(until, longest, now)).toBeGreaterThanOrEqual(0)
        expect(waitLeft(until, longest, now)).toBeLessThanOrEqual(longest)
      }),
    )
    expect(waitLeft(NOON + 30_000, 30_000, NOON - 3 * 3_600_000)).toBe(0)
  })

  it('after which something is young: for that long, and not at all when it is to come', () => {
    expect([-3_600_000, -1, 0, 999, 1000].map((age) => isYoung(NOON - age, 1000, NOON))).toEqual([
      false,
      false,
      true,
      true,
      false,
    ])
  })
})

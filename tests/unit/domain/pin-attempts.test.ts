import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countWrong,
  FREE_ATTEMPTS,
  NO_ATTEMPTS,
  type PinAttempts,
  triesLeft,
  waitLeft,
} from '../../../src/domain/pin-attempts.ts'

const NOON = 1_800_000_000_000

function wrongTimes(times: number, at = NOON): PinAttempts {
  return Array.from({ length: times }).reduce<PinAttempts>((attempts) => countWrong(attempts, at), NO_ATTEMPTS)
}

describe('wrong PINs', () => {
  it('four are free, the fifth waits', () => {
    expect([0, 1, 2, 3, 4, 5].map((times) => waitLeft(wrongTimes(times), NOON))).toEqual([0, 0, 0, 0, 0, 30_000])
    expect([0, 1, 4, 5, 9].map((times) => triesLeft(wrongTimes(times)))).toEqual([5, 4, 1, 0, 0])
  })

  it('each further one waits twice as long, a quarter of an hour at most', () => {
    const seconds = [5, 6, 7, 8, 9, 10, 11, 40, 2_000].map((times) => waitLeft(wrongTimes(times), NOON) / 1000)
    expect(seconds).toEqual([30, 60, 120, 240, 480, 900, 900, 900, 900])
  })

  it('the wait passes with time, and the count stays: the next wrong one waits longer', () => {
    const five = wrongTimes(5)
    expect(waitLeft(five, NOON + 29_999)).toBe(1)
    expect(waitLeft(five, NOON + 30_000)).toBe(0)
    expect(waitLeft(countWrong(five, NOON + 30_000), NOON + 30_000)).toBe(60_000)
  })

  it('a clock that is set back never makes anybody wait longer than was imposed', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: 0, max: 10 ** 12 }), (times, back) => {
        const attempts = wrongTimes(times)
        expect(waitLeft(attempts, NOON - back)).toBeLessThanOrEqual(waitLeft(attempts, NOON))
        expect(waitLeft(attempts, NOON)).toBeLessThanOrEqual(15 * 60_000)
      }),
    )
  })

  it('in a day of trying without a pause nobody gets further than a few hundred of 10,000 PINs', () => {
    let attempts = NO_ATTEMPTS
    let now = NOON
    let tries = 0
    while (now < NOON + 24 * 3_600_000) {
      now += waitLeft(attempts, now) + 1_000
      attempts = countWrong(attempts, now)
      tries += 1
    }
    expect(tries).toBeLessThan(FREE_ATTEMPTS + 120)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countWrong,
  FREE_ATTEMPTS,
  keepWait,
  NO_ATTEMPTS,
  type PinAttempts,
  type PinClock,
  pinWaitLeft,
  triesLeft,
} from '../../../src/domain/pin-attempts.ts'

const NOON = 1_800_000_000_000

/** A clock that nobody set, as seen by one page. */
const at = (wall: number): PinClock => ({ wall, steady: wall, life: 1 })
const waitLeft = (attempts: PinAttempts, wall: number) => pinWaitLeft(attempts, at(wall))

function wrongTimes(times: number, wall = NOON): PinAttempts {
  return Array.from({ length: times }).reduce<PinAttempts>((attempts) => countWrong(attempts, at(wall)), NO_ATTEMPTS)
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
    expect(waitLeft(countWrong(five, at(NOON + 30_000)), NOON + 30_000)).toBe(60_000)
  })

  it('are waited for by the page that counted them, however the clock is set meanwhile', () => {
    const ten = wrongTimes(10)
    for (const set of [-3 * 3_600_000, 9 * 86_400_000]) {
      const later = (ms: number): PinClock => ({ wall: NOON + set + ms, steady: NOON + ms, life: 1 })
      expect([0, 60_000, 899_999, 900_000].map((ms) => pinWaitLeft(ten, later(ms)))).toEqual([900_000, 840_000, 1, 0])
    }
  })

  it('over a reload: the wait goes on; one that the clock was set over is what was left, and ends', () => {
    const ten = wrongTimes(10)
    const reloaded = (wall: number, steady = wall): PinClock => ({ wall, steady, life: 2 })
    expect(pinWaitLeft(ten, reloaded(NOON + 600_000))).toBe(300_000)
    // The page saw that the clock was set forward, and wrote down what was left before it was loaded again.
    const kept = keepWait(ten, { wall: NOON + 86_400_000, steady: NOON + 60_000, life: 1 }, false)
    expect(kept && pinWaitLeft(kept, reloaded(NOON + 86_400_000 + 40_000))).toBe(800_000)
    // Set back by hours: what was left, which the new page counts down by its own clock.
    const back = NOON - 3 * 3_600_000
    const taken = keepWait(ten, reloaded(back), false)
    expect([0, 600_000, 900_000].map((ms) => taken && pinWaitLeft(taken, reloaded(back + ms)))).toEqual([
      900_000, 300_000, 0,
    ])
  })

  it('are written down only where that is needed: by the page that is new to it, or when a clock was set', () => {
    const ten = wrongTimes(10)
    expect(keepWait(ten, at(NOON + 1_000), false)).toBeNull()
    expect(keepWait(ten, at(NOON + 1_000), true)).toBeNull()
    expect(keepWait(ten, { ...at(NOON + 1_000), life: 2 }, false)).toBeNull()
    expect(keepWait(ten, { ...at(NOON + 1_000), life: 2 }, true)).toMatchObject({ life: 2, wait_until: ten.wait_until })
    expect(keepWait(ten, at(NOON + 900_000), true)).toBeNull()
    expect(keepWait(NO_ATTEMPTS, at(NOON), true)).toBeNull()
  })

  it('of a version without a steady clock: by the wall clock, and never longer than was imposed', () => {
    const old: PinAttempts = { wrong: 10, wait_until: NOON + 900_000 }
    expect(waitLeft(old, NOON + 600_000)).toBe(300_000)
    expect(waitLeft(old, NOON - 86_400_000)).toBe(900_000)
    const taken = keepWait(old, { ...at(NOON - 86_400_000), life: 3 }, true)
    expect(taken && pinWaitLeft(taken, { ...at(NOON - 86_400_000 + 900_000), life: 3 })).toBe(0)
  })

  it('never make anybody wait longer than was imposed, whatever the clocks say', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer(), fc.integer(), fc.nat(2), (times, wall, steady, life) => {
        const left = pinWaitLeft(wrongTimes(times), { wall, steady, life })
        expect(left).toBeGreaterThanOrEqual(0)
        expect(left).toBeLessThanOrEqual(waitLeft(wrongTimes(times), NOON))
      }),
    )
  })

  it('in a day of trying without a pause nobody gets further than a few hundred of 10,000 PINs', () => {
    let attempts = NO_ATTEMPTS
    let now = NOON
    let tries = 0
    while (now < NOON + 24 * 3_600_000) {
      now += waitLeft(attempts, now) + 1_000
      attempts = countWrong(attempts, at(now))
      tries += 1
    }
    expect(tries).toBeLessThan(FREE_ATTEMPTS + 120)
  })
})

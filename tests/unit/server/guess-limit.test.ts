import { describe, expect, it } from 'vitest'
import { createGuessLimit } from '../../../server/http/guess-limit.ts'

const MINUTE = 60_000

describe('wrong secrets from one address', () => {
  it('are free ten times, then wait twice as long each time, a quarter of an hour at most', () => {
    let now = 1_000_000
    const limit = createGuessLimit(() => now)
    for (let count = 0; count < 9; count++) limit.countWrong('a')
    expect(limit.waitLeft('a')).toBe(0)
    const waits = Array.from({ length: 8 }, () => {
      limit.countWrong('a')
      const wait = limit.waitLeft('a')
      now += wait
      expect(limit.waitLeft('a')).toBe(0)
      return wait
    })
    expect(waits).toEqual([0.5, 1, 2, 4, 8, 15, 15, 15].map((minutes) => minutes * MINUTE))
    expect(limit.waitLeft('b')).toBe(0)
  })

  it('are forgotten after an hour; a clock that steps back makes nobody wait longer', () => {
    let now = 10 * 60 * MINUTE
    const limit = createGuessLimit(() => now)
    for (let count = 0; count < 10; count++) limit.countWrong('a')
    now -= 30 * MINUTE
    expect(limit.waitLeft('a')).toBeLessThanOrEqual(30_000)
    now -= 60 * MINUTE
    expect(limit.waitLeft('a')).toBe(0)
    limit.countWrong('a')
    expect(limit.waitLeft('a')).toBe(0)
  })

  it('are remembered for so many addresses and no more', () => {
    const limit = createGuessLimit(() => 0)
    for (let count = 0; count < 10; count++) limit.countWrong('first')
    expect(limit.waitLeft('first')).toBeGreaterThan(0)
    for (let address = 0; address < 10_000; address++) limit.countWrong(`other-${address}`)
    expect(limit.waitLeft('first')).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { createRepeats } from '../../../server/security/repeats.ts'

const repeats = (most: number) => createRepeats<string>(most, (event) => [`others ${event[0]}`, `others ${event[0]}`])

describe('events of one window', () => {
  it('are told once each, and counted until it ends', () => {
    const window = repeats(10)
    expect(['a1', 'a1', 'b1', 'a1'].map((event) => window.note(event, event))).toEqual(['a1', null, 'b1', null])
    expect(window.drain()).toEqual([{ event: 'a1', count: 2 }])
    expect(window.drain()).toEqual([])
    expect(window.note('a1', 'a1')).toBe('a1')
  })

  it('are so many different ones at most; the rest is a number of its kind', () => {
    const window = repeats(3)
    const told = Array.from({ length: 1_000 }, (_, n) => window.note(`a${n}`, `a${n}`)).filter(
      (event) => event !== null,
    )
    expect(told).toEqual(['a0', 'a1', 'a2', 'others a'])
    expect(window.drain()).toEqual([{ event: 'others a', count: 996 }])
  })
})

import { describe, expect, it } from 'vitest'
import { createRepeats } from '../../../server/security/repeats.ts'

const repeats = (most: number) =>
  createRepeats<string>(most, (event) => ({ key: event.slice(0, 1), together: `others ${event[0]}` }))

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
  it('have a budget by group: a flood of one takes nothing from another', () => {
    const window = repeats(2)
    for (let n = 0; n < 1_000; n++) window.note(`a${n}`, `a${n}`)
    expect(['b1', 'b2', 'b3', 'b4'].map((event) => window.note(event, event))).toEqual(['b1', 'b2', 'others b', null])
    window.drain()
    expect(window.note('a7', 'a7')).toBe('a7')
  })
})

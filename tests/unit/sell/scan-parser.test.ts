import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addKey, BURST_END_MS, type Burst, endKey, endPause } from '../../../src/features/sell/scanner/scan-parser.ts'

/** Keys with this many ms between them, from time 1000 on. */
function burst(text: string, gaps: number | readonly number[]): { burst: Burst | null; at: number } {
  let at = 1000
  let typed: Burst | null = null
  ;[...text].forEach((key, index) => {
    if (index > 0) at += typeof gaps === 'number' ? gaps : (gaps[index - 1] ?? 0)
    typed = addKey(typed, key, at)
  })
  return { burst: typed, at }
}

describe('a scanner', () => {
  it('is known by its speed and its Enter, whatever it reads', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9A-Za-z./$%+-]{4,48}$/),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: BURST_END_MS }),
        (code, gap, pause) => {
          const typed = burst(code, gap)
          expect(endKey(typed.burst, typed.at + pause)).toBe(code)
        },
      ),
    )
  })

  it('may stumble over one key in a busy moment', () => {
    const { burst: typed, at } = burst('8991234567890', [3, 3, 48, 3, 3, 3, 3, 3, 3, 3, 3, 3])
    expect(endKey(typed, at + 3)).toBe('8991234567890')
  })

  it('without an end key is known by a long number alone', () => {
    expect(endPause(burst('8991234567890', 5).burst ?? never()).kind).toBe('scan')
    expect(endPause(burst('ABC-1234', 5).burst ?? never()).kind).toBe('typed')
  })
})

describe('a person', () => {
  it('is never taken for a scanner', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 55, max: 400 }), { minLength: 30, maxLength: 30 }),
        fc.integer({ min: 40, max: 1000 }),
        (text, gaps, pause) => {
          const typed = burst(text, gaps)
          expect(endKey(typed.burst, typed.at + pause)).toBeNull()
        },
      ),
    )
  })

  it('presses Enter long after the last key, or types too little', () => {
    const fast = burst('8991234', 10)
    expect(endKey(fast.burst, fast.at + BURST_END_MS + 1)).toBeNull()
    const short = burst('899', 5)
    expect(endKey(short.burst, short.at + 5)).toBeNull()
    expect(endKey(null, 5)).toBeNull()
  })

  it('types one key for a shortcut', () => {
    expect(endPause(burst('?', 0).burst ?? never())).toEqual({ kind: 'typed', text: '?' })
  })

  it('who pauses begins anew: the digits before do not get into the code', () => {
    const before = addKey(addKey(null, '1', 0), '2', 20)
    const scanned = [...'89912345'].reduce<Burst>((typed, key, index) => addKey(typed, key, 500 + index * 4), before)
    expect(endKey(scanned, 535)).toBe('89912345')
  })
})

function never(): never {
  throw new Error('no burst')
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type IdleEvent, type IdleState, startIdle, stepIdle } from '../../../src/features/sign-in/idle.ts'

const LOCK_MS = 300_000
const START = 1_800_000_000_000

function run(
  events: readonly IdleEvent[],
  lockAfterMs = LOCK_MS,
  state: IdleState = startIdle(START, { at: START, steady: START }),
) {
  const effects = events.map((event) => {
    const step = stepIdle(state, event, lockAfterMs)
    state = step.state
    return step.effect
  })
  return { state, effects }
}
/** `steady`: as the wall clock, unless somebody set that. */
const tick = (at: number, elsewhere: number | null = null, steady = at): IdleEvent => ({
  type: 'tick',
  at,
  steady,
  elsewhere,
})
const input = (at: number, steady = at): IdleEvent => ({ type: 'input', at, steady })

describe('the idle counter', () => {
  it('locks when the time is over, not before', () => {
    expect(run([tick(START + LOCK_MS - 1), tick(START + LOCK_MS)]).effects).toEqual(['none', 'lock'])
  })

  it('input begins the time anew', () => {
    const at = START + LOCK_MS - 1
    expect(run([input(at), tick(at + LOCK_MS - 1), tick(at + LOCK_MS)]).effects).toEqual(['tell', 'none', 'lock'])
  })

  it('input in another tab counts', () => {
    const elsewhere = START + LOCK_MS - 1
    expect(run([tick(START + LOCK_MS, elsewhere)]).effects).toEqual(['none'])
  })

  it('the first touch of a tablet that slept opens nothing', () => {
    expect(run([input(START + LOCK_MS)]).effects).toEqual(['lock'])
  })

  it('a page that is opened again after the time locks at once', () => {
    expect(run([tick(START)], LOCK_MS, startIdle(START - LOCK_MS, { at: START, steady: START })).effects).toEqual([
      'lock',
    ])
  })

  it('a page that is opened again within the time goes on counting from the last input', () => {
    const state = startIdle(START - 200_000, { at: START, steady: START })
    expect(run([tick(START), tick(START + 100_000)], LOCK_MS, state).effects).toEqual(['none', 'lock'])
  })

  it('0 never locks', () => {
    expect(run([tick(START + 10 ** 10), input(START + 2 * 10 ** 10)], 0).effects).toEqual(['none', 'tell'])
  })

  it('tells the other tabs once a second at most', () => {
    const { effects } = run([0, 400, 999, 1_000, 1_500, 2_000].map((after) => input(START + 5_000 + after)))
    expect(effects).toEqual(['tell', 'none', 'none', 'tell', 'none', 'tell'])
  })

  it('a clock that is set back wins no time, not even what has passed already', () => {
    const back = -86_400_000
    const later = (ms: number) => tick(START + back + ms, null, START + ms)
    expect(run([later(LOCK_MS - 1), later(LOCK_MS)]).effects).toEqual(['none', 'lock'])
    expect(
      run([later(1_000), input(START + back + 2_000, START + 2_000), later(LOCK_MS + 1_999), later(LOCK_MS + 2_000)])
        .effects,
    ).toEqual(['none', 'tell', 'none', 'lock'])
  })

  it('a clock that is set forward by days locks, as after a sleep', () => {
    expect(run([tick(START + 86_400_000, null, START + 1_000)]).effects).toEqual(['lock'])
  })

  it('what another tab told before the clock was set counts; its next input begins the time anew', () => {
    const told = START
    const back = START - 86_400_000
    const state = startIdle(told, { at: START, steady: START })
    const steps = [tick(back, told, START + 1), tick(back + LOCK_MS - 1, told, START + LOCK_MS - 1)]
    expect(run([...steps, tick(back + LOCK_MS, told, START + LOCK_MS)], LOCK_MS, state).effects).toEqual([
      'none',
      'none',
      'lock',
    ])
    const moved = tick(back + LOCK_MS, back + LOCK_MS - 5, START + LOCK_MS)
    expect(run([...steps, moved], LOCK_MS, state).effects).toEqual(['none', 'none', 'none'])
  })

  it('with a clock that runs forward, it locks at the first tick that long after the last input anywhere', () => {
    const events = fc.array(
      fc.tuple(fc.constantFrom('input', 'tick'), fc.nat(LOCK_MS * 2), fc.option(fc.nat(LOCK_MS * 2))),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(events, (steps) => {
        let now = START
        let last = START
        let state = startIdle(START, { at: START, steady: START })
        for (const [type, after, ago] of steps) {
          now += after
          const elsewhere = ago === null ? null : now - ago
          if (type === 'tick') last = Math.max(last, elsewhere ?? 0)
          const step = stepIdle(state, type === 'tick' ? tick(now, elsewhere) : input(now), LOCK_MS)
          expect(step.effect === 'lock').toBe(now - last >= LOCK_MS)
          if (step.effect === 'lock') return
          if (type === 'input') last = now
          state = step.state
        }
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import {
  NO_UPDATE,
  stepUpdate,
  type UpdateEffect,
  type UpdateEvent,
  type UpdateState,
  type Work,
} from '../../../src/app/update-policy.ts'

const NOON = Date.UTC(2026, 10, 23, 5)
const LONG_AGO = NOON - 60 * 60_000
const FREE: Work = { hasInput: false, hasCart: false, touchedAt: LONG_AGO }

const looks = (work: Partial<Work> = {}, event: Partial<UpdateEvent & { type: 'look' }> = {}): UpdateEvent => ({
  type: 'look',
  at: NOON,
  isWaiting: true,
  isPutOff: false,
  ...event,
  work: { ...FREE, ...work },
})

function run(events: readonly UpdateEvent[], state: UpdateState = NO_UPDATE) {
  const effects: UpdateEffect[] = []
  let now = state
  for (const event of events) {
    const step = stepUpdate(now, event)
    now = step.state
    effects.push(...step.effects)
  }
  return { state: now, effects }
}

const OFFERED = run([looks({ hasInput: true })]).state
const ACCEPTED = run([{ type: 'accept' }], OFFERED).state
const SWITCHED = run([{ type: 'switched' }], OFFERED).state

describe('a new version of the app', () => {
  it('is offered as soon as it waits, and taken at the first look after that in which nobody is at work', () => {
    expect(OFFERED.phase).toBe('offered')
    expect(run([looks()]).effects).toEqual([])
    expect(run([looks()], OFFERED).effects).toEqual(['take-when-free'])
  })

  it.each([
    ['something put in', { hasInput: true }],
    ['goods in the cart', { hasCart: true }],
    ['a touch a minute ago', { touchedAt: NOON - 60_000 }],
  ])('is not taken by itself with %s', (_what, work) => {
    expect(run([looks(work)], OFFERED).effects).toEqual([])
  })

  it('is not taken by itself before the time that “later” put off to, and not shown again in that tab', () => {
    const later = run([{ type: 'later' }], OFFERED)
    expect(later.effects).toEqual(['remember-later'])
    expect(later.state).toEqual({ phase: 'offered', isHidden: true })
    expect(run([looks({}, { isPutOff: true })], later.state).effects).toEqual([])
    expect(run([looks({}, { isPutOff: false })], later.state).effects).toEqual(['take-when-free'])
  })

  it('accepted: told to the other tabs once, and taken over a filled cart, but never over what is put in', () => {
    expect(run([{ type: 'accept' }, { type: 'accept' }], OFFERED).effects).toEqual(['tell-accepted'])
    expect(run([looks({ hasCart: true, touchedAt: NOON })], ACCEPTED).effects).toEqual(['take-when-safe'])
    expect(run([looks({ hasInput: true })], ACCEPTED).effects).toEqual([])
  })

  it('accepted in another tab counts here too: whichever tab is left takes it', () => {
    const { state, effects } = run([{ type: 'accepted-elsewhere' }, looks()], OFFERED)
    expect(state.phase).toBe('accepted')
    expect(effects).toEqual(['take-when-safe'])
  })

  it('that took over reloads this tab at its first safe moment, whatever was accepted', () => {
    for (const state of [NO_UPDATE, OFFERED, ACCEPTED])
      expect(run([{ type: 'switched' }], state).state.phase).toBe('switched')
    expect(run([looks({ hasInput: true })], SWITCHED).effects).toEqual([])
    expect(run([looks({ hasCart: true, touchedAt: NOON }, { isWaiting: false })], SWITCHED).effects).toEqual(['reload'])
  })

  it('that is gone before it was taken is not offered any more', () => {
    for (const state of [OFFERED, ACCEPTED])
      expect(run([looks({}, { isWaiting: false })], state)).toMatchObject({ state: { phase: 'current' }, effects: [] })
  })

  it('can’t be accepted before it is offered', () => {
    expect(run([{ type: 'accept' }, { type: 'accepted-elsewhere' }, { type: 'later' }])).toEqual({
      state: NO_UPDATE,
      effects: [],
    })
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ASK_EVERY_MS, isNews, PATIENCE_MS, stepLeader } from '../../../src/sync/tabs/leader.pure.ts'
import type {
  LeaderContext,
  LeaderEffect,
  LeaderEvent,
  LeaderMessage,
  LeaderState,
} from '../../../src/sync/tabs/leader-state.pure.ts'

type Phase = LeaderState['phase']
type EventName = Exclude<LeaderEvent['type'], 'heard'> | 'question' | 'offer' | 'sign'

const NOW = 1_000_000
const seen: LeaderContext = { now: NOW, isVisible: true, tab: 'me' }
const unseen: LeaderContext = { ...seen, isVisible: false }
const knows = { term: 7, patience: { ms: PATIENCE_MS, until: 0 } }
const states: { [P in Phase]: Extract<LeaderState, { phase: P }> } = {
  stopped: { phase: 'stopped', knows },
  asleep: { phase: 'asleep', knows, since: NOW - 60_000 },
  waiting: { phase: 'waiting', knows, signAt: NOW - 100, lookedAt: NOW - 100 },
  leading: { phase: 'leading', knows, askedAt: 0 },
}
const messages = {
  question: { type: 'question', from: 'other', askedAt: NOW - 1, term: 7 },
  offer: { type: 'answer', to: 'me', askedAt: NOW - 2, answeredAt: NOW - 1, term: 7, isVisible: false },
  sign: { type: 'answer', to: 'me', askedAt: NOW - 2, answeredAt: NOW - 1, term: 7, isVisible: true },
} as const satisfies Record<string, LeaderMessage>

/** Next phase and effects for each state and event of a visible tab: a new one must be decided here before this compiles. */
const expected: Record<Phase, Record<EventName, [Phase | 'impossible', ...string[]]>> = {
  stopped: {
    start: ['waiting', 'queue', 'say question', 'look-after'],
    granted: ['stopped', 'release'],
    robbed: ['impossible'],
    unqueued: ['impossible'],
    shown: ['impossible'],
    hidden: ['impossible'],
    sleep: ['impossible'],
    wake: ['impossible'],
    look: ['impossible'],
    question: ['stopped'],
    offer: ['stopped'],
    sign: ['stopped'],
    stop: ['stopped'],
  },
  asleep: {
    start: ['impossible'],
    granted: ['asleep', 'release'],
    robbed: ['impossible'],
    unqueued: ['impossible'],
    shown: ['waiting', 'queue', 'say question', 'look-after'],
    hidden: ['asleep'],
    sleep: ['asleep'],
    wake: ['waiting', 'queue', 'say question', 'look-after'],
    look: ['impossible'],
    question: ['waiting', 'queue', 'say question', 'look-after'],
    offer: ['waiting', 'queue', 'say question', 'look-after'],
    sign: ['waiting', 'queue', 'say question', 'look-after'],
    stop: ['stopped'],
  },
  waiting: {
    start: ['impossible'],
    granted: ['leading', 'stop-looking', 'lead', 'say answer'],
    robbed: ['impossible'],
    unqueued: ['waiting', 'queue'],
    shown: ['waiting', 'say question', 'look-after'],
    hidden: ['waiting', 'stop-looking'],
    sleep: ['asleep', 'stop-looking', 'release'],
    wake: ['waiting', 'say question', 'look-after'],
    look: ['waiting', 'say question', 'look-after'],
    question: ['waiting', 'look-after'],
    offer: ['waiting', 'steal', 'look-after'],
    sign: ['waiting'],
    stop: ['stopped', 'stop-looking', 'release'],
  },
  leading: {
    start: ['impossible'],
    granted: ['impossible'],
    robbed: ['waiting', 'stop-leading', 'queue', 'say question', 'look-after'],
    unqueued: ['impossible'],
    shown: ['leading'],
    hidden: ['leading'],
    sleep: ['asleep', 'stop-leading', 'release'],
    wake: ['leading'],
    look: ['impossible'],
    question: ['leading', 'say answer'],
    offer: ['leading'],
    sign: ['leading'],
    stop: ['stopped', 'stop-leading', 'release'],
  },
}

function toEvent(name: EventName): LeaderEvent {
  if (name === 'question' || name === 'offer' || name === 'sign') return { type: 'heard', message: messages[name] }
  return { type: name }
}
const names = (effects: readonly LeaderEffect[]) =>
  effects.map((effect) => (effect.type === 'say' ? `say ${effect.message.type}` : effect.type))
const step = (state: LeaderState, name: EventName, context = seen) => stepLeader(state, toEvent(name), context)

describe('leader', () => {
  for (const phase of Object.keys(expected) as Phase[]) {
    for (const name of Object.keys(expected[phase]) as EventName[]) {
      it(`[C9] ${phase} + ${name} → ${expected[phase][name].join(', ')}`, () => {
        const { state, effects, isImpossible } = step(states[phase], name)
        if (isImpossible) expect(state).toBe(states[phase])
        expect([isImpossible ? 'impossible' : state.phase, ...names(effects)]).toEqual(expected[phase][name])
      })
    }
  }

  it('[C9] a tab that waits robs a leader that was silent for 700 ms, and not before', () => {
    const silentFor = (ms: number): LeaderState => ({ ...states.waiting, signAt: NOW - ms })
    expect(names(step(silentFor(PATIENCE_MS - 1), 'look').effects)).toEqual(['say question', 'look-after'])
    expect(names(step(silentFor(PATIENCE_MS), 'look').effects)).toEqual(['steal', 'look-after'])
  })

  it('[C9] is patient for a minute, however the clock is set meanwhile', () => {
    const patient = { ...states.waiting, knows: { term: 7, patience: { ms: 3000, until: NOW + 50_000 } } }
    const lookAt = (now: number) =>
      stepLeader({ ...patient, signAt: now - 2000, lookedAt: now - 100 }, { type: 'look' }, { ...seen, now })
    const steals = (now: number) => lookAt(now).effects.some(({ type }) => type === 'steal')
    expect([NOW, NOW + 49_999, NOW + 50_000].map(steals)).toEqual([false, false, true])
    expect([NOW - 3 * 3_600_000, NOW + 86_400_000].map(steals)).toEqual([true, true])
  })

  it('[C9] the last look comes when the patience ends, not a turn later', () => {
    const { effects } = step({ ...states.waiting, signAt: NOW - PATIENCE_MS + 30 }, 'look')
    expect(effects.at(-1)).toEqual({ type: 'look-after', delayMs: 30 })
  })

  it('[C9] one that was away itself asks anew, whichever way its clock went', () => {
    for (const lookedAt of [NOW - 3 * ASK_EVERY_MS, NOW + 60_000]) {
      const { state, effects } = step({ ...states.waiting, signAt: NOW - 5000, lookedAt }, 'look')
      expect(names(effects)).toEqual(['say question', 'look-after'])
      expect(state).toMatchObject({ signAt: NOW, lookedAt: NOW })
    }
  })

  it('[C9] a hidden tab asks nobody and takes nothing', () => {
    const long: LeaderState = { ...states.waiting, signAt: NOW - 60_000 }
    for (const name of ['look', 'offer', 'question', 'wake', 'shown'] as const) {
      expect(names(step(long, name, unseen).effects)).not.toContain('steal')
      expect(names(step(long, name, unseen).effects)).not.toContain('say question')
    }
  })

  it('[C9] an offer for another tab is a sign of life, one of an older leader is none', () => {
    const heard = (message: LeaderMessage) => stepLeader(states.waiting, { type: 'heard', message }, seen)
    expect(heard({ ...messages.offer, to: 'third' })).toMatchObject({ state: { signAt: NOW }, effects: [] })
    expect(heard({ ...messages.offer, term: 6 })).toMatchObject({ state: { signAt: NOW - 100 }, effects: [] })
  })

  it('[C9] each leader’s term is above all that it knows of, also with a clock that was set back', () => {
    expect(step(states.waiting, 'granted').state.knows.term).toBe(NOW)
    expect(step({ ...states.waiting, knows: { ...knows, term: NOW + 5 } }, 'granted').state.knows.term).toBe(NOW + 6)
    const behind = stepLeader(states.leading, { type: 'heard', message: { ...messages.question, term: 90 } }, seen)
    expect(behind.effects).toMatchObject([{ message: { type: 'answer', term: 91 } }])
  })

  it('[C9] news are believed of the latest leader only, and never by the one that leads', () => {
    expect(isNews(states.waiting, 7)).toBe(true)
    expect(isNews(states.waiting, 6)).toBe(false)
    expect(isNews(states.leading, 99)).toBe(false)
  })

  it('[C9] a late answer makes patient for twice as long, for a minute; one that is far too late does not', () => {
    const answered = (lateMs: number, heardAfterMs = 0) => {
      const message = { ...messages.sign, askedAt: NOW - heardAfterMs - lateMs, answeredAt: NOW - heardAfterMs }
      return stepLeader(states.waiting, { type: 'heard', message }, seen).state
    }
    expect(answered(500).knows.patience).toEqual(knows.patience)
    expect(answered(1500).knows.patience).toEqual({ ms: 3000, until: NOW + 60_000 })
    expect(answered(11_000).knows.patience).toEqual(knows.patience)
    // This tab was away itself: that says nothing of the leader.
    expect(answered(2, 1500).knows.patience).toEqual(knows.patience)
    const busy: LeaderState = { ...states.waiting, knows: answered(1500).knows, signAt: NOW - 2900 }
    expect(names(step(busy, 'look').effects)).toEqual(['say question', 'look-after'])
    expect(names(step(busy, 'look', { ...seen, now: NOW + 100 }).effects)).toEqual(['steal', 'look-after'])
  })

  it('[C9] a leader that was away leaves questions alone that are outdated', () => {
    const ask = (askedAt: number, term: number): LeaderMessage => ({ type: 'question', from: 'other', askedAt, term })
    const hear = (state: LeaderState, message: LeaderMessage) => stepLeader(state, { type: 'heard', message }, seen)
    expect(hear(states.leading, ask(NOW - 1500, 8))).toEqual({ state: states.leading, effects: [] })
    const { state } = hear(states.leading, ask(NOW - 1, 7))
    expect(hear(state, ask(NOW - 1500, 7))).toEqual({ state, effects: [] })
    // After the clock was set back every question is older, and none is late.
    const setBack = { ...seen, now: NOW - 3_600_000 }
    const message = ask(setBack.now - 1, 8)
    const answered = stepLeader(state, { type: 'heard', message }, setBack)
    expect(answered.state.knows.term).toBe(9)
    expect(names(answered.effects)).toEqual(['say answer'])
  })

  it('[C9] a question that is heard late was late for a leader; a tab that waits was away itself', () => {
    const heard = (state: LeaderState) =>
      stepLeader(state, { type: 'heard', message: { ...messages.question, askedAt: NOW - 1500 } }, seen).state.knows
    expect(heard(states.leading).patience).toEqual({ ms: 3000, until: NOW + 60_000 })
    expect(heard(states.waiting).patience).toEqual(knows.patience)
  })

  it('[C9] in whatever order: it leads between lead and stop-leading, asks only when seen, ends free', () => {
    const anyEvent = fc.record({
      name: fc.constantFrom(...(Object.keys(expected.waiting) as EventName[])),
      isVisible: fc.boolean(),
      pause: fc.nat(2000),
    })
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state: LeaderState = states.stopped
        let now = NOW
        let isLeading = false
        for (const { name, isVisible, pause } of [...events, { name: 'stop', isVisible: true, pause: 0 } as const]) {
          now += pause
          const next = stepLeader(state, toEvent(name), { now, isVisible, tab: 'me' })
          state = next.state
          for (const effect of next.effects) {
            if (effect.type === 'lead') expect(isLeading).toBe(false)
            if (effect.type === 'stop-leading') expect(isLeading).toBe(true)
            if (effect.type === 'lead') isLeading = true
            if (effect.type === 'stop-leading') isLeading = false
            if (effect.type === 'steal' || (effect.type === 'say' && effect.message.type === 'question')) {
              expect(isVisible).toBe(true)
            }
          }
          expect(isLeading).toBe(state.phase === 'leading')
        }
        expect(state.phase).toBe('stopped')
      }),
    )
  })
})

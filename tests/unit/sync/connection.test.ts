import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../../src/sync/backoff.pure.ts'
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  HEARTBEAT_TIMEOUT_MS,
  PROBE_MS,
  stepConnection,
} from '../../../src/sync/live/connection.pure.ts'

type Phase = ConnectionState['phase']
type EventName = Exclude<ConnectionEvent['type'], 'closed'> | 'closed' | 'refused'

const states: { [P in Phase]: Extract<ConnectionState, { phase: P }> } = {
  stopped: { phase: 'stopped' },
  connecting: { phase: 'connecting', attempt: 2, refusals: 0, isHurried: false },
  open: { phase: 'open', attempt: 0 },
  waiting: { phase: 'waiting', attempt: 2 },
  refused: { phase: 'refused', refusals: 1, asked: 0 },
}

/** Next phase for each state and event: a new state or event must be decided here before this compiles. */
const expected: Record<Phase, Record<EventName, Phase | 'impossible'>> = {
  stopped: {
    start: 'connecting',
    ready: 'impossible',
    closed: 'impossible',
    refused: 'impossible',
    heartbeat: 'impossible',
    silence: 'impossible',
    pong: 'impossible',
    'no-pong': 'impossible',
    retry: 'impossible',
    known: 'stopped',
    unasked: 'stopped',
    wake: 'stopped',
    stop: 'stopped',
  },
  connecting: {
    start: 'impossible',
    ready: 'open',
    closed: 'waiting',
    refused: 'refused',
    heartbeat: 'connecting',
    silence: 'waiting',
    pong: 'connecting',
    'no-pong': 'impossible',
    retry: 'impossible',
    known: 'connecting',
    unasked: 'connecting',
    wake: 'connecting',
    stop: 'stopped',
  },
  open: {
    start: 'impossible',
    ready: 'impossible',
    closed: 'waiting',
    refused: 'refused',
    heartbeat: 'open',
    silence: 'waiting',
    pong: 'open',
    'no-pong': 'connecting',
    retry: 'impossible',
    known: 'open',
    unasked: 'open',
    wake: 'open',
    stop: 'stopped',
  },
  waiting: {
    start: 'impossible',
    ready: 'impossible',
    closed: 'impossible',
    refused: 'impossible',
    heartbeat: 'impossible',
    silence: 'impossible',
    pong: 'impossible',
    'no-pong': 'impossible',
    retry: 'connecting',
    known: 'waiting',
    unasked: 'waiting',
    wake: 'connecting',
    stop: 'stopped',
  },
  refused: {
    start: 'impossible',
    ready: 'impossible',
    closed: 'impossible',
    refused: 'impossible',
    heartbeat: 'impossible',
    silence: 'impossible',
    pong: 'impossible',
    'no-pong': 'impossible',
    retry: 'connecting',
    known: 'refused',
    unasked: 'refused',
    wake: 'refused',
    stop: 'stopped',
  },
}

const context = { attentive: true, isStale: false, random: () => 0.5 }
const toEvent = (name: EventName): ConnectionEvent => {
  if (name === 'closed' || name === 'refused') return { type: 'closed', refused: name === 'refused' }
  return { type: name }
}
const step = (state: ConnectionState, name: EventName, given = context) => stepConnection(state, toEvent(name), given)
const types = (effects: readonly ConnectionEffect[]) => effects.map(({ type }) => type)

describe('connection', () => {
  for (const phase of Object.keys(expected) as Phase[]) {
    for (const name of Object.keys(expected[phase]) as EventName[]) {
      it(`[C5] ${phase} + ${name} → ${expected[phase][name]}`, () => {
        const { state, effects, isImpossible } = step(states[phase], name)
        expect(isImpossible ? 'impossible' : state.phase).toBe(expected[phase][name])
        if (isImpossible) expect({ state, effects }).toEqual({ state: states[phase], effects: [] })
      })
    }
  }

  it('[C5] subscribed, it catches up and watches for heartbeats', () => {
    const { effects } = step(states.connecting, 'ready')
    expect(effects).toEqual([{ type: 'watch', forMs: HEARTBEAT_TIMEOUT_MS }, { type: 'catch-up' }])
  })

  it('[C5] silence is not life: it closes, polls, and reconnects after a pause of the counter’s own', () => {
    const { effects } = step(states.open, 'silence')
    expect(types(effects)).toEqual(['stop-watching', 'stop-probing', 'close', 'catch-up', 'retry-after'])
    const pauses = [0.1, 0.9].map((share) => step(states.open, 'silence', { ...context, random: () => share }).effects)
    expect(pauses[0]).not.toEqual(pauses[1])
  })

  it('[C5] an attempt that hangs, wherever it hangs, is given up', () => {
    expect(types(step(states.stopped, 'start').effects)).toEqual(['open', 'watch'])
    expect(types(step(states.connecting, 'silence').effects)).toEqual(['close', 'retry-after'])
  })

  it('[C5] whoever wakes does not wait for the end of a pause, nor long for an attempt that hangs', () => {
    expect(step(states.waiting, 'wake').state).toMatchObject({ phase: 'connecting', attempt: 0 })
    const hurried = step(states.connecting, 'wake')
    expect(hurried).toEqual({
      state: { phase: 'connecting', attempt: 0, refusals: 0, isHurried: true },
      effects: [{ type: 'watch', forMs: PROBE_MS }],
    })
    expect(step(hurried.state, 'wake').effects).toEqual([])
    expect(types(step(hurried.state, 'silence').effects)).toEqual(['close', 'open', 'watch'])
  })

  it('[C5] on waking a link that looks open has to prove it; one silent for too long is not asked', () => {
    expect(types(step(states.open, 'wake').effects)).toEqual(['probe'])
    const reopened = ['stop-watching', 'stop-probing', 'close', 'catch-up', 'open', 'watch']
    expect(types(step(states.open, 'no-pong').effects)).toEqual(reopened)
    expect(types(step(states.open, 'wake', { ...context, isStale: true }).effects)).toEqual(reopened)
    expect(types(step(states.open, 'pong').effects)).toEqual(['stop-probing'])
  })

  it('[C5] refused while the server takes this device: tried again within 2 s, as often as it takes', () => {
    let state: ConnectionState = states.connecting
    for (let refusals = 1; refusals <= 300; refusals += 1) {
      const asking = step(state, 'refused')
      expect(asking.state).toEqual({ phase: 'refused', refusals, asked: 0 })
      const known = step(asking.state, 'known')
      expect(known.effects).toMatchObject([{ type: 'retry-after' }])
      const [retry] = known.effects
      expect(retry?.type === 'retry-after' && retry.delayMs).toBeLessThan(2000)
      const again = step(known.state, 'retry')
      expect(types(again.effects)).toEqual(['stop-retry', 'open', 'watch'])
      state = again.state
    }
  })

  it('[C5] a broker that refuses for minutes whom the server takes is asked twice a minute at most', () => {
    const wrong = step({ ...states.connecting, refusals: 300 }, 'refused')
    const pause = wrong.effects.at(-1)
    expect(pause?.type === 'retry-after' && pause.delayMs).toBeGreaterThanOrEqual(30_000)
    for (const name of ['known', 'wake'] as const) expect(step(wrong.state, name).effects).toEqual([])
  })

  it('[C5] a silent server is asked again soon, with growing pauses, and whoever wakes asks at once', () => {
    let state: ConnectionState = states.refused
    const pauses = Array.from({ length: 6 }, () => {
      const next = step(state, 'unasked')
      state = next.state
      const [effect] = next.effects
      return effect?.type === 'check-after' ? effect.delayMs : Number.NaN
    })
    expect(pauses.every((pause, index) => pause <= 2000 && pause >= (pauses[index - 1] ?? 0))).toBe(true)
    expect(types(step(state, 'wake').effects)).toEqual(['check-credentials'])
    expect(types(step(state, 'known').effects)).toEqual(['retry-after'])
    expect(types(step(state, 'stop').effects)).toEqual(['stop-retry'])
  })

  it('[C5] a broker that lets in and throws out again is asked ever more rarely', () => {
    let state: ConnectionState = states.waiting
    for (const name of ['retry', 'ready', 'closed', 'retry', 'ready', 'closed'] as const)
      state = step(state, name).state
    expect(state).toEqual({ phase: 'waiting', attempt: 4 })
    for (const name of ['retry', 'ready', 'heartbeat', 'closed'] as const) state = step(state, name).state
    expect(state).toEqual({ phase: 'waiting', attempt: 0 })
  })

  it('[C5] refused credentials ask the server, and wait long unless it says that they are fine: no loop', () => {
    const { effects } = step(states.connecting, 'refused')
    expect(types(effects)).toEqual(['stop-watching', 'check-credentials', 'retry-after'])
    expect(effects.find(({ type }) => type === 'retry-after')).toMatchObject({ delayMs: expect.any(Number) })
    const retry = effects.at(-1)
    expect(retry?.type === 'retry-after' && retry.delayMs).toBeGreaterThanOrEqual(30_000)
  })

  it('[C5] refusals in a row are counted over the attempts between them', () => {
    const again = step(states.refused, 'retry').state
    expect(step(again, 'refused').state).toEqual({ phase: 'refused', refusals: 2, asked: 0 })
  })

  it('[C5] in whatever order: never two sockets, always something that ends a state, nothing left behind', () => {
    const anyEvent = fc.record({
      name: fc.constantFrom(...(Object.keys(expected.open) as EventName[])),
      attentive: fc.boolean(),
      isStale: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 80 }), (events) => {
        let state: ConnectionState = states.stopped
        const on = { socket: false, watch: false, probe: false, retry: false }
        const last = { name: 'stop', attentive: true, isStale: false } as const
        for (const { name, ...given } of [...events, last]) {
          if ((name === 'closed' || name === 'refused') && on.socket) on.socket = false
          const next = step(state, name, { ...given, random: () => 0.5 })
          state = next.state
          if (name === 'retry') on.retry = false
          for (const { type } of next.effects) {
            if (type === 'open') expect(on.socket).toBe(false)
            if (type === 'open' || type === 'close') on.socket = type === 'open'
            if (type === 'watch' || type === 'stop-watching') on.watch = type === 'watch'
            if (type === 'probe' || type === 'stop-probing') on.probe = type === 'probe'
            if (type === 'retry-after' || type === 'stop-retry') on.retry = type === 'retry-after'
          }
          // A timer that has gone off is one that is not running.
          if (name === 'silence' && !next.effects.some(({ type }) => type === 'watch')) on.watch = false
          const { phase } = state
          const hasSocket = phase === 'connecting' || phase === 'open'
          expect(on.socket).toBe(hasSocket)
          if (hasSocket && name !== 'silence') expect(on.watch).toBe(true)
          if (!hasSocket) expect(on).toMatchObject({ watch: false, probe: false })
          expect(on.retry).toBe(phase === 'waiting' || phase === 'refused')
        }
        expect(state.phase).toBe('stopped')
      }),
    )
  })

  it('[C5] the pause grows with full jitter, never none, at most 2 s for a watched screen and 30 s else', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.boolean(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, attentive, share) => {
          const pause = backoffMs(attempt, attentive, () => share)
          expect(pause).toBeGreaterThanOrEqual(20)
          expect(pause).toBeLessThanOrEqual(attentive ? 2000 : 30_000)
          if (share === 0) expect(pause).toBe(20)
        },
      ),
    )
    expect(backoffMs(0, true, () => 0.999)).toBeLessThan(backoffMs(2, true, () => 0.999))
  })
})

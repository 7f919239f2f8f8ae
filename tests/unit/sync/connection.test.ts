import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../../src/sync/machine/backoff.ts'
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  stepConnection,
} from '../../../src/sync/machine/connection.ts'

type Phase = ConnectionState['phase']
type EventName = Exclude<ConnectionEvent['type'], 'closed'> | 'closed' | 'refused'

const states: { [P in Phase]: Extract<ConnectionState, { phase: P }> } = {
  stopped: { phase: 'stopped' },
  connecting: { phase: 'connecting', attempt: 2, refusals: 0 },
  open: { phase: 'open' },
  waiting: { phase: 'waiting', attempt: 2 },
  refused: { phase: 'refused', refusals: 1 },
}

/** Next phase for each state and event: a new state or event must be decided here before this compiles. */
const expected: Record<Phase, Record<EventName, Phase>> = {
  stopped: {
    start: 'connecting',
    ready: 'stopped',
    closed: 'stopped',
    refused: 'stopped',
    heartbeat: 'stopped',
    silence: 'stopped',
    retry: 'stopped',
    wake: 'stopped',
    stop: 'stopped',
  },
  connecting: {
    start: 'connecting',
    ready: 'open',
    closed: 'waiting',
    refused: 'refused',
    heartbeat: 'connecting',
    silence: 'connecting',
    retry: 'connecting',
    wake: 'connecting',
    stop: 'stopped',
  },
  open: {
    start: 'open',
    ready: 'open',
    closed: 'waiting',
    refused: 'refused',
    heartbeat: 'open',
    silence: 'connecting',
    retry: 'open',
    wake: 'open',
    stop: 'stopped',
  },
  waiting: {
    start: 'waiting',
    ready: 'waiting',
    closed: 'waiting',
    refused: 'waiting',
    heartbeat: 'waiting',
    silence: 'waiting',
    retry: 'connecting',
    wake: 'connecting',
    stop: 'stopped',
  },
  refused: {
    start: 'refused',
    ready: 'refused',
    closed: 'refused',
    refused: 'refused',
    heartbeat: 'refused',
    silence: 'refused',
    retry: 'connecting',
    wake: 'refused',
    stop: 'stopped',
  },
}

const context = { attentive: true, random: () => 0.5 }
const toEvent = (name: EventName): ConnectionEvent => {
  if (name === 'closed' || name === 'refused') return { type: 'closed', refused: name === 'refused' }
  return { type: name }
}
const step = (state: ConnectionState, name: EventName) => stepConnection(state, toEvent(name), context)
const types = (effects: readonly ConnectionEffect[]) => effects.map(({ type }) => type)

describe('connection', () => {
  for (const phase of Object.keys(expected) as Phase[]) {
    for (const name of Object.keys(expected[phase]) as EventName[]) {
      it(`[C5] ${phase} + ${name} → ${expected[phase][name]}`, () => {
        expect(step(states[phase], name).state.phase).toBe(expected[phase][name])
      })
    }
  }

  it('[C5] subscribed, it catches up and watches for heartbeats', () => {
    expect(types(step(states.connecting, 'ready').effects)).toEqual(['watch-heartbeat', 'catch-up'])
  })

  it('[C5] silence is not life: it closes, polls and reconnects', () => {
    expect(types(step(states.open, 'silence').effects)).toEqual(['close', 'catch-up', 'open'])
  })

  it('[C5] refused credentials ask the server and wait long: no loop', () => {
    const { effects } = step(states.connecting, 'refused')
    expect(types(effects)).toEqual(['check-credentials', 'retry-after'])
    expect(effects.find(({ type }) => type === 'retry-after')).toMatchObject({ delayMs: expect.any(Number) })
    const [, retry] = effects
    expect(retry?.type === 'retry-after' && retry.delayMs).toBeGreaterThanOrEqual(30_000)
  })

  it('[C5] refusals in a row are counted over the attempts between them', () => {
    const again = step(states.refused, 'retry').state
    expect(step(again, 'refused').state).toEqual({ phase: 'refused', refusals: 2 })
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

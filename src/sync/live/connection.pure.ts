/**
 * The broker connection (rule C5): subscribe, then catch up, then live; silence is not life.
 *
 * ```
 *            start                ready
 *  stopped ───────► connecting ─────────► open ──┐ heartbeat, pong
 *     ▲               │  ▲   ▲             │ │ ◄─┘
 *     │ stop    closed│  │   └─────────────┘ │ closed, silence (12 s)
 *  (any state)  silence  │ retry, wake  dead │
 *                     ▼  │  (asked on wake)  ▼
 *                    waiting ◄───────────────┘
 *
 *                    refused: credentials or subscription; asks the server first. It knows this device: tried again soon.
 *                             It does not say so: waits long.
 * ```
 *
 * Waking (the page is seen again, a network is reported) makes everything quick: a pause ends, an attempt that hangs is given
 * up soon, and a link that looks open has to prove it. A device that slept finds a socket that nobody has closed.
 *
 * A refusal is rarely one of this device: a broker that starts listens before it can ask who may do what, and one that has lost its
 * state knows nobody until the server, which is asked here, has told it. Only the server can say that it is.
 */
import { backoffMs } from '../backoff.pure.ts'
import { impossible, type MayBeImpossible } from '../impossible.pure.ts'

export type ConnectionState =
  | { readonly phase: 'stopped' }
  /** `refusals` counts the broker's refusals in a row; `isHurried`: somebody has come who waits for it. */
  | {
      readonly phase: 'connecting'
      readonly attempt: number
      readonly refusals: number
      readonly isHurried: boolean
    }
  /** `attempt` is 0 once it was heard from: a broker that lets in and throws out again does not start the pauses anew. */
  | { readonly phase: 'open'; readonly attempt: number }
  | { readonly phase: 'waiting'; readonly attempt: number }
  /** The broker said no to the credentials or to the subscription. `asked`: how often the server gave no answer to that. */
  | { readonly phase: 'refused'; readonly refusals: number; readonly asked: number }

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'ready' }
  | { readonly type: 'closed'; readonly refused: boolean }
  | { readonly type: 'heartbeat' }
  /** Nothing was heard for as long as the last `watch` allowed: the link may be half open, or the attempt hangs. */
  | { readonly type: 'silence' }
  /** The broker has answered a probe. */
  | { readonly type: 'pong' }
  /** The broker has not answered it in time. */
  | { readonly type: 'no-pong' }
  | { readonly type: 'retry' }
  /** The server takes this device, and has told the broker so if it could. */
  | { readonly type: 'known' }
  /** The server gave no answer to that. */
  | { readonly type: 'unasked' }
  /** The page came to the foreground, or a network is reported. */
  | { readonly type: 'wake' }
  | { readonly type: 'stop' }

export type ConnectionEffect =
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  | { readonly type: 'retry-after'; readonly delayMs: number }
  | { readonly type: 'stop-retry' }
  /** `silence` comes after so long, ms, unless something is heard. */
  | { readonly type: 'watch'; readonly forMs: number }
  | { readonly type: 'stop-watching' }
  /** Asks the broker for a sign of life: `pong`, or after PROBE_MS `no-pong`. */
  | { readonly type: 'probe' }
  | { readonly type: 'stop-probing' }
  | { readonly type: 'catch-up' }
  /** Ask the server whether this device is still known: `known` or `unasked` follow, or the end. */
  | { readonly type: 'check-credentials' }
  /** The same after a pause. `stop-retry` ends this pause as well. */
  | { readonly type: 'check-after'; readonly delayMs: number }

export interface ConnectionStep extends MayBeImpossible {
  readonly state: ConnectionState
  readonly effects: readonly ConnectionEffect[]
}

/** What the decision may depend on beside the state. `attentive`: visible and with a network. */
export interface ConnectionContext {
  readonly attentive: boolean
  /** By the wall clock, which goes on while a device sleeps: no heartbeat for too long. */
  readonly isStale: boolean
  readonly random: () => number
}

export const HEARTBEAT_TIMEOUT_MS = 12_000
/** From the opening of the socket to the granted subscription, ms. */
const ATTEMPT_MS = 12_000
/** What is left to an attempt, and to a link that looks open, once somebody waits for it, ms. */
export const PROBE_MS = 2000
/** A broker that refuses, and of which the server says nothing better, is not asked again sooner than this, ms. */
const REFUSED_RETRY_MS = 30_000
/**
 * So many refusals in a row may be those of a broker that starts, some five minutes of them; one that goes on refusing whom the server
 * takes is set up wrongly, and a whole shop must not ask it for ever.
 */
const SOON_REFUSALS = 300

type Transition<S extends ConnectionState> = (state: S, context: ConnectionContext) => ConnectionStep
type Phase = ConnectionState['phase']
type Row<P extends Phase> = Record<ConnectionEvent['type'], Transition<Extract<ConnectionState, { phase: P }>>>

/** It may come late, or once more. */
const stay: Transition<ConnectionState> = (state) => ({ state, effects: [] })
const open = (attempt: number, before: readonly ConnectionEffect[] = [], refusals = 0): ConnectionStep => ({
  state: { phase: 'connecting', attempt, refusals, isHurried: false },
  effects: [...before, { type: 'open' }, { type: 'watch', forMs: ATTEMPT_MS }],
})
const wait = (
  attempt: number,
  context: ConnectionContext,
  before: readonly ConnectionEffect[] = [],
): ConnectionStep => ({
  state: { phase: 'waiting', attempt },
  effects: [...before, { type: 'retry-after', delayMs: backoffMs(attempt, context.attentive, context.random) }],
})
const refuse = (
  refusals: number,
  context: ConnectionContext,
  before: readonly ConnectionEffect[] = [],
): ConnectionStep => ({
  state: { phase: 'refused', refusals, asked: 0 },
  effects: [
    ...before,
    { type: 'check-credentials' },
    { type: 'retry-after', delayMs: REFUSED_RETRY_MS + Math.floor(context.random() * REFUSED_RETRY_MS) },
  ],
})
const stopped: ConnectionState = { phase: 'stopped' }
const CLOSE: ConnectionEffect = { type: 'close' }
const CATCH_UP: ConnectionEffect = { type: 'catch-up' }
const STOP_WATCHING: ConnectionEffect = { type: 'stop-watching' }
const STOP_PROBING: ConnectionEffect = { type: 'stop-probing' }
const DISCONNECT: readonly ConnectionEffect[] = [STOP_WATCHING, STOP_PROBING]

/** Where there is no link, nothing comes from one, and its timers are stopped. */
const OF_NO_LINK = {
  ready: impossible,
  closed: impossible,
  refused: impossible,
  heartbeat: impossible,
  silence: impossible,
  pong: impossible,
  'no-pong': impossible,
}

/**
 * Every state against every event: the compiler asks for a new one. `closed` is split by `stepConnection`. The server's answers (`known`,
 * `unasked`) may come in any state: it was asked in an earlier one.
 */
const table: { [P in Phase]: Row<P> & { refused: Transition<Extract<ConnectionState, { phase: P }>> } } = {
  stopped: {
    start: () => open(0),
    ...OF_NO_LINK,
    retry: impossible,
    known: stay,
    unasked: stay,
    wake: stay,
    stop: stay,
  },
  connecting: {
    start: impossible,
    ready: ({ attempt }) => ({
      state: { phase: 'open', attempt },
      effects: [{ type: 'watch', forMs: HEARTBEAT_TIMEOUT_MS }, { type: 'catch-up' }],
    }),
    closed: ({ attempt }, context) => wait(attempt, context, [STOP_WATCHING]),
    refused: ({ refusals }, context) => refuse(refusals + 1, context, [STOP_WATCHING]),
    // A broker may send before it grants the subscription.
    heartbeat: stay,
    silence: ({ attempt, refusals, isHurried }, context) =>
      isHurried ? open(0, [CLOSE], refusals) : wait(attempt, context, [CLOSE]),
    pong: stay,
    'no-pong': impossible,
    retry: impossible,
    known: stay,
    unasked: stay,
    // Once: somebody who comes and goes all the time must not keep an attempt from its end.
    wake: (state) =>
      state.isHurried
        ? { state, effects: [] }
        : { state: { ...state, attempt: 0, isHurried: true }, effects: [{ type: 'watch', forMs: PROBE_MS }] },
    stop: () => ({ state: stopped, effects: [STOP_WATCHING, CLOSE] }),
  },
  open: {
    start: impossible,
    ready: impossible,
    closed: ({ attempt }, context) => wait(attempt, context, DISCONNECT),
    refused: (_, context) => refuse(1, context, DISCONNECT),
    heartbeat: () => ({
      state: { phase: 'open', attempt: 0 },
      effects: [{ type: 'watch', forMs: HEARTBEAT_TIMEOUT_MS }],
    }),
    // With a pause: when the server's heartbeats stop, they stop for every counter in the same moment.
    silence: ({ attempt }, context) => wait(attempt, context, [...DISCONNECT, CLOSE, CATCH_UP]),
    pong: (state) => ({ state, effects: [STOP_PROBING] }),
    'no-pong': () => open(0, [...DISCONNECT, CLOSE, CATCH_UP]),
    retry: impossible,
    known: stay,
    unasked: stay,
    wake: (state, { isStale }) =>
      isStale ? open(0, [...DISCONNECT, CLOSE, CATCH_UP]) : { state, effects: [{ type: 'probe' }] },
    stop: () => ({ state: stopped, effects: [...DISCONNECT, CLOSE] }),
  },
  waiting: {
    start: impossible,
    ...OF_NO_LINK,
    retry: ({ attempt }) => open(attempt + 1),
    known: stay,
    unasked: stay,
    wake: () => open(0, [{ type: 'stop-retry' }]),
    stop: () => ({ state: stopped, effects: [{ type: 'stop-retry' }] }),
  },
  refused: {
    start: impossible,
    ...OF_NO_LINK,
    retry: ({ refusals }) => open(0, [{ type: 'stop-retry' }], refusals),
    known: (state, context) =>
      state.refusals > SOON_REFUSALS
        ? { state, effects: [] }
        : {
            state: { ...state, asked: 0 },
            effects: [
              { type: 'retry-after', delayMs: backoffMs(state.refusals - 1, context.attentive, context.random) },
            ],
          },
    // It may be starting as well: whoever waits for the line waits for both.
    unasked: (state, context) => ({
      state: { ...state, asked: state.asked + 1 },
      effects: [{ type: 'check-after', delayMs: backoffMs(state.asked, context.attentive, context.random) }],
    }),
    // The pause of a page that nobody saw may be long.
    wake: (state) => ({ state, effects: state.refusals > SOON_REFUSALS ? [] : [{ type: 'check-credentials' }] }),
    stop: () => ({ state: stopped, effects: [{ type: 'stop-retry' }] }),
  },
}

/** True when the broker has refused for longer than one that starts does, or than it takes to tell it of this device. */
export function isRefusedForGood(state: ConnectionState): boolean {
  return state.phase === 'refused' && state.refusals > SOON_REFUSALS
}

export function stepConnection(
  state: ConnectionState,
  event: ConnectionEvent,
  context: ConnectionContext,
): ConnectionStep {
  const column = event.type === 'closed' && event.refused ? 'refused' : event.type
  switch (state.phase) {
    case 'stopped':
      return table.stopped[column](state, context)
    case 'connecting':
      return table.connecting[column](state, context)
    case 'open':
      return table.open[column](state, context)
    case 'waiting':
      return table.waiting[column](state, context)
    case 'refused':
      return table.refused[column](state, context)
  }
}

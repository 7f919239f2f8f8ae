/**
 * The broker connection (rule C5): subscribe, then catch up, then live; silence is not life.
 *
 * ```
 *            start                ready
 *  stopped ───────► connecting ─────────► open ──┐ heartbeat
 *     ▲                │  ▲                │ ◄───┘
 *     │ stop           │  │ retry, wake    │ closed, silence (12 s)
 *  (any state)         │  │                ▼
 *                      └──┴──────────── waiting
 *                closed                    │
 *                      refused ◄───────────┘ credentials or subscription refused: asks the server first
 * ```
 */
import { backoffMs } from './backoff.ts'

export type ConnectionState =
  | { readonly phase: 'stopped' }
  /** `refusals` counts the broker's refusals in a row. */
  | { readonly phase: 'connecting'; readonly attempt: number; readonly refusals: number }
  | { readonly phase: 'open' }
  | { readonly phase: 'waiting'; readonly attempt: number }
  /** The broker said no to the credentials or to the subscription. */
  | { readonly phase: 'refused'; readonly refusals: number }

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'ready' }
  | { readonly type: 'closed'; readonly refused: boolean }
  | { readonly type: 'heartbeat' }
  /** No heartbeat for HEARTBEAT_TIMEOUT_MS: the link may be half open. */
  | { readonly type: 'silence' }
  | { readonly type: 'retry' }
  /** The page came to the foreground, or a network is reported. */
  | { readonly type: 'wake' }
  | { readonly type: 'stop' }

export type ConnectionEffect =
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  | { readonly type: 'retry-after'; readonly delayMs: number }
  | { readonly type: 'stop-retry' }
  | { readonly type: 'watch-heartbeat' }
  | { readonly type: 'stop-watching' }
  | { readonly type: 'catch-up' }
  /** Ask the server whether this device is still known before trying again. */
  | { readonly type: 'check-credentials' }

export interface ConnectionStep {
  readonly state: ConnectionState
  readonly effects: readonly ConnectionEffect[]
}

/** What the decision may depend on beside the state. `attentive`: visible and with a network. */
export interface ConnectionContext {
  readonly attentive: boolean
  readonly random: () => number
}

export const HEARTBEAT_TIMEOUT_MS = 12_000
/** A broker that refuses is not asked again sooner than this, ms: no loop on refused credentials. */
const REFUSED_RETRY_MS = 30_000

type Transition<S extends ConnectionState> = (state: S, context: ConnectionContext) => ConnectionStep
type Phase = ConnectionState['phase']
type Row<P extends Phase> = Record<ConnectionEvent['type'], Transition<Extract<ConnectionState, { phase: P }>>>

const stay: Transition<ConnectionState> = (state) => ({ state, effects: [] })
const open = (attempt: number, before: readonly ConnectionEffect[] = [], refusals = 0): ConnectionStep => ({
  state: { phase: 'connecting', attempt, refusals },
  effects: [...before, { type: 'open' }],
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
  state: { phase: 'refused', refusals },
  effects: [
    ...before,
    { type: 'check-credentials' },
    { type: 'retry-after', delayMs: REFUSED_RETRY_MS + Math.floor(context.random() * REFUSED_RETRY_MS) },
  ],
})
const stopped: ConnectionState = { phase: 'stopped' }

/** Every state against every event: the compiler asks for a new one. `closed` is split by `stepConnection`. */
const table: { [P in Phase]: Row<P> & { refused: Transition<Extract<ConnectionState, { phase: P }>> } } = {
  stopped: {
    start: () => open(0),
    ready: stay,
    closed: stay,
    refused: stay,
    heartbeat: stay,
    silence: stay,
    retry: stay,
    wake: stay,
    stop: stay,
  },
  connecting: {
    start: stay,
    ready: () => ({ state: { phase: 'open' }, effects: [{ type: 'watch-heartbeat' }, { type: 'catch-up' }] }),
    closed: ({ attempt }, context) => wait(attempt, context),
    refused: ({ refusals }, context) => refuse(refusals + 1, context),
    heartbeat: stay,
    silence: stay,
    retry: stay,
    wake: stay,
    stop: () => ({ state: stopped, effects: [{ type: 'close' }] }),
  },
  open: {
    start: stay,
    ready: stay,
    closed: (_, context) => wait(0, context, [{ type: 'stop-watching' }]),
    refused: (_, context) => refuse(1, context, [{ type: 'stop-watching' }]),
    heartbeat: (state) => ({ state, effects: [{ type: 'watch-heartbeat' }] }),
    silence: () => open(0, [{ type: 'close' }, { type: 'catch-up' }]),
    retry: stay,
    wake: stay,
    stop: () => ({ state: stopped, effects: [{ type: 'stop-watching' }, { type: 'close' }] }),
  },
  waiting: {
    start: stay,
    ready: stay,
    closed: stay,
    refused: stay,
    heartbeat: stay,
    silence: stay,
    retry: ({ attempt }) => open(attempt + 1),
    wake: () => open(0, [{ type: 'stop-retry' }]),
    stop: () => ({ state: stopped, effects: [{ type: 'stop-retry' }] }),
  },
  refused: {
    start: stay,
    ready: stay,
    closed: stay,
    refused: stay,
    heartbeat: stay,
    silence: stay,
    retry: ({ refusals }) => open(0, [{ type: 'stop-retry' }], refusals),
    wake: stay,
    stop: () => ({ state: stopped, effects: [{ type: 'stop-retry' }] }),
  },
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

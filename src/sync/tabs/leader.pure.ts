/**
 * Which tab of a device is connected (rule C9). A lock, which only one tab holds, says who leads; the browser passes it on when
 * a tab closes or crashes. What the browser can't see is decided here: a leader that is frozen, and one that nobody looks at.
 *
 * ```
 *             start               granted
 *  stopped ──────────► waiting ─────────────► leading
 *     ▲                 ▲  │  ▲                │   │
 *     │ stop       wake │  │  └──── robbed ────┘   │
 *  (any state)          │  ▼ sleep                 │ sleep
 *                      asleep ◄──────────────────-─┘
 * ```
 *
 * A visible tab that waits asks every 200 ms, and the leader's main thread answers; after 700 ms without an answer the asker
 * takes the lock by force. Asking beats a beat that is sent unasked: hidden tabs, whose timers browsers slow down to one a
 * minute, need no timer at all on either side; two tabs side by side are rare, so usually nobody asks and nothing wakes the
 * tablet; and the question tells the leader whether somebody is there to hand over to. Hidden tabs never ask: nobody waits
 * for their numbers, and no clock of theirs could be trusted. A leader that is hidden says so, and the visible asker takes
 * over. So the lead moves only to a visible tab, and only from one that is hidden or silent: two tabs can't throw it to and fro.
 *
 * A busy leader (a long load) looks like a frozen one, but its answer comes in the end. So a late answer makes every tab more
 * patient for a while: it is robbed once, not again and again. What a robbed tab still writes is refused (rule C3).
 */
import { isYoung, waitLeft } from '../../domain/waiting.ts'
import { impossible } from '../impossible.pure.ts'
import type {
  LeaderContext,
  LeaderEffect,
  LeaderEvent,
  LeaderKnowledge,
  LeaderMessage,
  LeaderState,
  LeaderStep,
} from './leader-state.pure.ts'

/** A leader that is silent for longer is frozen, ms (rule C9). */
export const PATIENCE_MS = 700
export const ASK_EVERY_MS = 200
/**
 * Longest pause between two looks of a tab that is awake, ms. After a longer one this tab slept itself, and a missing answer proves
 * nothing.
 */
const AWAKE_MS = 400
/** A leader that took longer than this to answer, ms, was frozen, not busy. */
const BUSY_AT_MOST_MS = 10_000
const PATIENT_FOR_MS = 60_000
const QUEUE_AGAIN_MS = 1000

export const NOT_STARTED: LeaderState = {
  phase: 'stopped',
  knows: { term: 0, patience: { ms: PATIENCE_MS, until: 0 } },
}

type Phase = LeaderState['phase']
type StateOf<P extends Phase> = Extract<LeaderState, { phase: P }>
type Row<P extends Phase> = Record<
  Exclude<LeaderEvent['type'], 'heard'>,
  (state: StateOf<P>, context: LeaderContext) => LeaderStep
> & {
  readonly heard: (state: StateOf<P>, message: LeaderMessage, context: LeaderContext) => LeaderStep
}

const stay = (state: LeaderState): LeaderStep => ({ state, effects: [] })
const STOP_LOOKING: LeaderEffect = { type: 'stop-looking' }
const RELEASE: LeaderEffect = { type: 'release' }
const STOP_LEADING: LeaderEffect = { type: 'stop-leading' }

/** Every state against every event: the compiler asks for a new one. */
const table: { [P in Phase]: Row<P> } = {
  stopped: {
    start: (state, context) => wait(state.knows, context, [{ type: 'queue', afterMs: 0 }]),
    granted: (state) => ({ state, effects: [RELEASE] }),
    robbed: impossible,
    unqueued: impossible,
    shown: impossible,
    hidden: impossible,
    sleep: impossible,
    wake: impossible,
    look: impossible,
    heard: (state, message, context) => stay({ ...state, knows: learn(state.knows, message, context.now) }),
    stop: stay,
  },
  asleep: {
    start: impossible,
    granted: (state) => ({ state, effects: [RELEASE] }),
    robbed: impossible,
    unqueued: impossible,
    shown: (state, context) => wait(state.knows, context, [{ type: 'queue', afterMs: 0 }]),
    hidden: stay,
    sleep: stay,
    wake: (state, context) => wait(state.knows, context, [{ type: 'queue', afterMs: 0 }]),
    look: impossible,
    // A frozen page receives nothing. If a message arrives, the page runs again, whether or not the browser has said so.
    heard: (state, _, context) =>
      !isYoung(state.since, AWAKE_MS, context.now)
        ? wait(state.knows, context, [{ type: 'queue', afterMs: 0 }])
        : stay(state),
    stop: ({ knows }) => ({ state: { phase: 'stopped', knows }, effects: [] }),
  },
  waiting: {
    start: impossible,
    granted: ({ knows }, context) => {
      const term = Math.max(knows.term + 1, context.now)
      return {
        state: { phase: 'leading', knows: { ...knows, term }, askedAt: 0 },
        effects: [STOP_LOOKING, { type: 'lead' }, announce(term, context)],
      }
    },
    robbed: impossible,
    unqueued: (state) => ({ state, effects: [{ type: 'queue', afterMs: QUEUE_AGAIN_MS }] }),
    shown: (state, context) => wait(state.knows, context, []),
    hidden: (state) => ({ state, effects: [STOP_LOOKING] }),
    sleep: ({ knows }, { now }) => ({
      state: { phase: 'asleep', knows, since: now },
      effects: [STOP_LOOKING, RELEASE],
    }),
    wake: (state, context) => wait(state.knows, context, []),
    look,
    heard: hearWhileWaiting,
    stop: ({ knows }) => ({ state: { phase: 'stopped', knows }, effects: [STOP_LOOKING, RELEASE] }),
  },
  leading: {
    start: impossible,
    granted: impossible,
    robbed: (state, context) => wait(state.knows, context, [STOP_LEADING, { type: 'queue', afterMs: 0 }]),
    unqueued: impossible,
    shown: stay,
    // Keep the lead: perhaps no tab is visible. One that is will ask for it.
    hidden: stay,
    sleep: ({ knows }, { now }) => ({
      state: { phase: 'asleep', knows, since: now },
      effects: [STOP_LEADING, RELEASE],
    }),
    wake: stay,
    look: impossible,
    heard: hearWhileLeading,
    stop: ({ knows }) => ({ state: { phase: 'stopped', knows }, effects: [STOP_LEADING, RELEASE] }),
  },
}

export function stepLeader(state: LeaderState, event: LeaderEvent, context: LeaderContext): LeaderStep {
  switch (state.phase) {
    case 'stopped':
      return stepIn(table.stopped, state, event, context)
    case 'asleep':
      return stepIn(table.asleep, state, event, context)
    case 'waiting':
      return stepIn(table.waiting, state, event, context)
    case 'leading':
      return stepIn(table.leading, state, event, context)
  }
}

/** True when news of this term may be believed: this tab does not lead, and knows of no later leader. */
export function isNews(state: LeaderState, term: number): boolean {
  return state.phase !== 'leading' && term >= state.knows.term
}

function stepIn<P extends Phase>(
  row: Row<P>,
  state: StateOf<P>,
  event: LeaderEvent,
  context: LeaderContext,
): LeaderStep {
  return event.type === 'heard' ? row.heard(state, event.message, context) : row[event.type](state, context)
}

/** Begins to queue for the lock. A visible tab asks at once whether somebody leads. */
function wait(knows: LeaderKnowledge, context: LeaderContext, before: readonly LeaderEffect[]): LeaderStep {
  const state: LeaderState = { phase: 'waiting', knows, signAt: context.now, lookedAt: context.now }
  return { state, effects: [...before, ...(context.isVisible ? ask(knows, context, ASK_EVERY_MS) : [])] }
}

function ask(knows: LeaderKnowledge, { now, tab }: LeaderContext, delayMs: number): readonly LeaderEffect[] {
  return [
    { type: 'say', message: { type: 'question', from: tab, askedAt: now, term: knows.term } },
    { type: 'look-after', delayMs },
  ]
}

function look(state: StateOf<'waiting'>, context: LeaderContext): LeaderStep {
  const { now } = context
  if (!context.isVisible) return { state, effects: [STOP_LOOKING] }
  const sinceLook = now - state.lookedAt
  // This tab slept itself, or somebody has set the clock. The leader's answer may be the next message in the queue, so ask again.
  if (sinceLook < 0 || sinceLook > AWAKE_MS) return wait(state.knows, context, [])
  const patience = patienceMs(state.knows, now)
  const left = state.signAt + patience - now
  if (left > 0) {
    const delayMs = Math.min(ASK_EVERY_MS, left)
    return { state: { ...state, lookedAt: now }, effects: ask(state.knows, context, delayMs) }
  }
  return steal(state, context)
}

function steal(state: StateOf<'waiting'>, { now }: LeaderContext): LeaderStep {
  return {
    state: { ...state, signAt: now, lookedAt: now },
    effects: [{ type: 'steal' }, { type: 'look-after', delayMs: ASK_EVERY_MS }],
  }
}

function hearWhileWaiting(state: StateOf<'waiting'>, message: LeaderMessage, context: LeaderContext): LeaderStep {
  const knows = learn(state.knows, message, context.now)
  if (message.type === 'question') {
    // Another tab asks, and every tab hears the answer. Ask only if that tab stops asking.
    const effects: readonly LeaderEffect[] = context.isVisible
      ? [{ type: 'look-after', delayMs: ASK_EVERY_MS + ASK_EVERY_MS / 4 }]
      : []
    return { state: { ...state, knows, lookedAt: context.now }, effects }
  }
  if (message.term < state.knows.term) return stay({ ...state, knows })
  const heard: StateOf<'waiting'> = { ...state, knows, signAt: context.now }
  const isOffered = message.to === context.tab && !message.isVisible && context.isVisible
  return isOffered ? steal(heard, context) : stay(heard)
}

function hearWhileLeading(state: StateOf<'leading'>, message: LeaderMessage, context: LeaderContext): LeaderStep {
  // Another tab believes that it leads as well. The lock decides, and tells the tab that has lost it.
  if (message.type === 'answer') return stay(state)
  const { from: to, askedAt, term } = message
  const { now: answeredAt, isVisible } = context
  const lateMs = answeredAt - askedAt
  const isBehind = term > state.knows.term
  // The question waited while this tab slept. Since then another tab leads, or a later question has been answered.
  if (lateMs > PATIENCE_MS && (isBehind || askedAt < state.askedAt)) return stay(state)
  const { patience } = withPatience(state.knows, lateMs, answeredAt)
  // A clock that was set back must not make a leader's news look old.
  const knows: LeaderKnowledge = { term: isBehind ? term + 1 : state.knows.term, patience }
  const answer: LeaderMessage = { type: 'answer', to, askedAt, answeredAt, term: knows.term, isVisible }
  return { state: { ...state, knows, askedAt }, effects: [{ type: 'say', message: answer }] }
}

function announce(term: number, { now, isVisible }: LeaderContext): LeaderEffect {
  return { type: 'say', message: { type: 'answer', to: null, askedAt: now, answeredAt: now, term, isVisible } }
}

/** Keeps the latest term. An answer also shows how long a busy leader of this device may take. */
function learn(knows: LeaderKnowledge, message: LeaderMessage, now: number): LeaderKnowledge {
  const next = { ...knows, term: Math.max(knows.term, message.term) }
  return message.type === 'answer' ? withPatience(next, message.answeredAt - message.askedAt, now) : next
}

/** A leader that took so long to answer, ms, was busy, not frozen. */
function withPatience(knows: LeaderKnowledge, lateMs: number, now: number): LeaderKnowledge {
  const isBusy = lateMs > PATIENCE_MS && lateMs <= BUSY_AT_MOST_MS
  if (!isBusy) return knows
  return { ...knows, patience: { ms: Math.max(2 * lateMs, patienceMs(knows, now)), until: now + PATIENT_FOR_MS } }
}

function patienceMs({ patience }: LeaderKnowledge, now: number): number {
  return waitLeft(patience.until, PATIENT_FOR_MS, now) > 0 ? patience.ms : PATIENCE_MS
}

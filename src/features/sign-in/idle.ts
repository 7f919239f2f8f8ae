/**
 * When a counter locks itself. Pure; the shell is session-keeper.tsx.
 *
 *     input ──► idle for longer than allowed? ──► lock      (a tablet that slept: its first touch opens nothing)
 *                └─ no ──► remember it; tell the other tabs, once a second at most
 *     tick  ──► what other tabs remember counts too ──► idle too long? ──► lock
 */
export interface IdleState {
  /** Wall clock of the last input known in any tab, ms: it goes on while a tablet sleeps. */
  readonly last: number
  /** When that was told to the other tabs, ms. */
  readonly told: number
  /** The same by this page's steady clock, ms: nobody gains time by setting the other one. */
  readonly lastSteady: number
  /** What the tabs had told each other at the last tick. */
  readonly elsewhere: number | null
}

/** `at`: wall clock, `steady`: this page's own, ms. */
export interface IdleClock {
  readonly at: number
  readonly steady: number
}

export type IdleEvent =
  | ({ readonly type: 'input' } & IdleClock)
  /** `elsewhere`: what the tabs have told each other; null: nothing. */
  | ({ readonly type: 'tick'; readonly elsewhere: number | null } & IdleClock)

export interface IdleStep {
  readonly state: IdleState
  readonly effect: 'none' | 'tell' | 'lock'
}

const TELL_EVERY_MS = 1_000

/** `stored`: the last input before this page was opened. */
export function startIdle(stored: number | null, { at, steady }: IdleClock): IdleState {
  const last = Math.min(stored ?? at, at)
  return { last, told: last, lastSteady: steady, elsewhere: stored }
}

/** `lockAfterMs` 0: never. */
export function stepIdle(state: IdleState, event: IdleEvent, lockAfterMs: number): IdleStep {
  const heard = event.type === 'tick' ? Math.max(state.last, event.elsewhere ?? 0) : state.last
  // A clock that was set back: what lies in the future counts as now.
  const last = Math.min(heard, event.at)
  const isNews = event.type === 'tick' && event.elsewhere !== null && event.elsewhere !== state.elsewhere
  const lastSteady = isNews ? event.steady : state.lastSteady
  const elsewhere = isNews ? event.elsewhere : state.elsewhere
  const idle = Math.max(event.at - last, event.steady - lastSteady)
  const next = { ...state, last, lastSteady, elsewhere }
  if (lockAfterMs > 0 && idle >= lockAfterMs) return { state: next, effect: 'lock' }
  if (event.type === 'tick') return { state: { ...next, told: Math.min(state.told, event.at) }, effect: 'none' }
  const isDue = event.at - state.told >= TELL_EVERY_MS || event.at < state.told
  const told = isDue ? event.at : state.told
  return { state: { ...next, last: event.at, lastSteady: event.steady, told }, effect: isDue ? 'tell' : 'none' }
}

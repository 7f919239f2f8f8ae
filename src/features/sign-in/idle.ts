/**
 * When a counter locks itself. Pure; the shell is session-keeper.tsx.
 *
 *     input ──► idle for longer than allowed? ──► lock      (a tablet that slept: its first touch opens nothing)
 *                └─ no ──► remember it; tell the other tabs, once a second at most
 *     tick  ──► what other tabs remember counts too ──► idle too long? ──► lock
 */
export interface IdleState {
  /** Client time of the last input known in any tab, ms. */
  readonly last: number
  /** When that was told to the other tabs, ms. */
  readonly told: number
}

export type IdleEvent =
  | { readonly type: 'input'; readonly at: number }
  /** `elsewhere`: what the tabs have told each other; null: nothing. */
  | { readonly type: 'tick'; readonly at: number; readonly elsewhere: number | null }

export interface IdleStep {
  readonly state: IdleState
  readonly effect: 'none' | 'tell' | 'lock'
}

const TELL_EVERY_MS = 1_000

/** `stored`: the last input before this page was opened. */
export function startIdle(stored: number | null, now: number): IdleState {
  const last = Math.min(stored ?? now, now)
  return { last, told: last }
}

/** `lockAfterMs` 0: never. */
export function stepIdle(state: IdleState, event: IdleEvent, lockAfterMs: number): IdleStep {
  const heard = event.type === 'tick' ? Math.max(state.last, event.elsewhere ?? 0) : state.last
  // A clock that was set back: what lies in the future counts as now, or the lock would wait for that time.
  const last = Math.min(heard, event.at)
  if (lockAfterMs > 0 && event.at - last >= lockAfterMs) return { state: { ...state, last }, effect: 'lock' }
  if (event.type === 'tick') return { state: { last, told: Math.min(state.told, event.at) }, effect: 'none' }
  const isDue = event.at - state.told >= TELL_EVERY_MS || event.at < state.told
  return { state: { last: event.at, told: isDue ? event.at : state.told }, effect: isDue ? 'tell' : 'none' }
}

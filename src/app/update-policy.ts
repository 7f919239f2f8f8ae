/**
 * When a new version of the app takes over. Pure; the shell is app-update.ts, one in each tab.
 *
 *     current ── a new version waits ──► offered ── a person accepts, in any tab ──► accepted
 *                                          │ nobody is at work at this device          │ nobody's input would be lost
 *                                          └──────────────► take it ◄──────────────────┘
 *     any ── the new version took over ──► switched ── this tab's input would not be lost ──► reload
 *
 * All tabs of a device switch together, because the new version may upgrade the databases: whether another tab is at work, the
 * shell asks by locks at the moment of taking it.
 */

/** What reloading this tab now would cost. */
export interface Work {
  /** Input that no database has: a payment, an open dialog, a field with typed text. */
  readonly hasInput: boolean
  /** Goods in the cart that this tab shows. They survive a reload, but a cashier is serving. */
  readonly hasCart: boolean
  /** Last touch or key in this tab, steady ms. */
  readonly touchedAt: number
}

export interface UpdateState {
  readonly phase: 'current' | 'offered' | 'accepted' | 'switched'
  /** A person said "later" in this tab: not shown again until the page is loaded anew. */
  readonly isHidden: boolean
}

export type UpdateEvent =
  /** Checked on a timer and after input. `at`: steady ms. `isPutOff`: a "later" is in force, so no tab switches on its own. */
  | {
      readonly type: 'look'
      readonly at: number
      readonly isWaiting: boolean
      readonly work: Work
      readonly isPutOff: boolean
    }
  | { readonly type: 'accept' }
  | { readonly type: 'accepted-elsewhere' }
  | { readonly type: 'later' }
  | { readonly type: 'switched' }

/**
 * `take-when-free`: unless another tab is at work. `take-when-safe`: unless another tab would lose input. `remember-later`: for
 * all tabs, LATER_MS long.
 */
export type UpdateEffect = 'take-when-free' | 'take-when-safe' | 'tell-accepted' | 'remember-later' | 'reload'

export interface UpdateStep {
  readonly state: UpdateState
  readonly effects: readonly UpdateEffect[]
}

/** After this long without input the device counts as unattended, ms. */
const IDLE_MS = 2 * 60_000
/** How long "later" lasts, ms: one shift. */
export const LATER_MS = 8 * 60 * 60_000

export const NO_UPDATE: UpdateState = { phase: 'current', isHidden: false }

export function stepUpdate(state: UpdateState, event: UpdateEvent): UpdateStep {
  const { phase } = state
  if (event.type === 'switched') return { state: { ...state, phase: 'switched' }, effects: [] }
  if (event.type === 'look') return look(state, event)
  if (phase !== 'offered') return stay(state)
  switch (event.type) {
    case 'accept':
      return { state: { ...state, phase: 'accepted' }, effects: ['tell-accepted'] }
    case 'accepted-elsewhere':
      return { state: { ...state, phase: 'accepted' }, effects: [] }
    case 'later':
      return { state: { ...state, isHidden: true }, effects: ['remember-later'] }
  }
}

function look(state: UpdateState, event: UpdateEvent & { type: 'look' }): UpdateStep {
  const { work } = event
  switch (state.phase) {
    case 'current':
      return event.isWaiting ? stay({ ...state, phase: 'offered' }) : stay(state)
    case 'offered': {
      if (!event.isWaiting) return stay({ ...state, phase: 'current' })
      const isFree = !work.hasInput && !isAttended(work, event.at) && !event.isPutOff
      return isFree ? { state, effects: ['take-when-free'] } : stay(state)
    }
    case 'accepted':
      if (!event.isWaiting) return stay({ ...state, phase: 'current' })
      return work.hasInput ? stay(state) : { state, effects: ['take-when-safe'] }
    case 'switched':
      return work.hasInput ? stay(state) : { state, effects: ['reload'] }
  }
}

/** True while a cart has goods, or input came within IDLE_MS. */
export function isAttended({ hasCart, touchedAt }: Work, now: number): boolean {
  return hasCart || now - touchedAt < IDLE_MS
}

function stay(state: UpdateState): UpdateStep {
  return { state, effects: [] }
}

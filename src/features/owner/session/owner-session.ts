/**
 * Who is signed in at the owner's pages. The token stays in memory: a reload, or half an hour without a request, asks for the
 * PIN again. The server decides; the state here only avoids needless requests.
 */
import { createContext, useContext, useSyncExternalStore } from 'preact/compat'
import type { ErrorKind } from '../../../contract/rest.ts'
import { STAFF_TOKEN_HEADER, type StaffSession } from '../../../contract/staff-session.ts'
import { HttpFailure } from '../../../sync/errors.ts'
import { createObservable } from '../../../sync/observable.ts'
import type { HttpLike } from '../../../sync/ports.ts'
import type { Observable } from '../../../sync/sync-status.ts'
import { askServerAboutPin, endServerSession } from '../../shared/people/pin-on-server.ts'

/** `expired`: somebody was signed in and what they had open is kept for them. */
export type OwnerState =
  | { readonly phase: 'out' }
  | { readonly phase: 'in' | 'expired'; readonly staff: StaffSession['staff'] }

/** `not-owner`: the PIN was right, but these pages are not theirs. */
export type OwnerSignInOutcome =
  | { ok: true }
  | { ok: false; kind: ErrorKind | 'offline' | 'not-owner'; retryAfterMs: number | null }

export interface OwnerSession extends Observable<OwnerState> {
  /** `newPin`: takes the place of a PIN that was answered with `pin_change_needed`. */
  signIn(staffId: number, pin: string, newPin?: string): Promise<OwnerSignInOutcome>
  signOut(): void
  /** Requests with the staff token. A `staff_sign_in_needed` answer ends the session and is rethrown. */
  readonly ownerHttp: HttpLike
}

/** As the server's: a session ends this long after its last request. ms. */
const IDLE_MS = 30 * 60_000

/**
 * @param http requests with the device's token
 * @param after calls back once, and returns the way to call it off
 */
export function createOwnerSession(
  http: HttpLike,
  after: (delayMs: number, callback: () => void) => () => void,
): OwnerSession {
  const { get, set, subscribe } = createObservable<OwnerState>({ phase: 'out' })
  let token: string | null = null
  let stopWaiting = () => {}
  const expire = () => {
    stopWaiting()
    token = null
    const state = get()
    if (state.phase === 'in') set({ phase: 'expired', staff: state.staff })
  }
  const keepAlive = () => {
    stopWaiting()
    stopWaiting = after(IDLE_MS, expire)
  }

  return {
    get,
    subscribe,
    async signIn(staffId, pin, newPin) {
      const answer = await askServerAboutPin(http, { staffId, pin, newPin })
      if (!answer.ok) return answer
      const { staff, staff_token } = answer.session
      if (staff.role !== 'owner') return { ok: false, kind: 'not-owner', retryAfterMs: null }
      token = staff_token
      keepAlive()
      set({ phase: 'in', staff })
      return { ok: true }
    },
    signOut() {
      stopWaiting()
      if (token !== null) endServerSession(http, token)
      token = null
      set({ phase: 'out' })
    },
    async ownerHttp(request) {
      const used = token
      const headers = used === null ? request.headers : { ...request.headers, [STAFF_TOKEN_HEADER]: used }
      try {
        const answer = await http({ ...request, ...(headers ? { headers } : {}) })
        if (used === token) keepAlive()
        return answer
      } catch (error) {
        if (error instanceof HttpFailure && error.kind === 'staff_sign_in_needed' && used === token) expire()
        throw error
      }
    },
  }
}

export const OwnerSessionContext = createContext<OwnerSession | null>(null)

/** The session and its state, live. */
export function useOwnerSession(): OwnerSession & { readonly state: OwnerState } {
  const session = useContext(OwnerSessionContext)
  if (!session) throw new Error('useOwnerSession needs an OwnerSessionContext above it')
  const state = useSyncExternalStore(session.subscribe, session.get)
  return { ...session, state }
}

/** A PIN that the server checks: the owner's pages, a decision, and an owner's first sign-in at a counter. */
import * as v from 'valibot'
import type { PublicKey } from '../../../contract/device.ts'
import { OWNER_PATHS } from '../../../contract/owner.ts'
import { type ErrorKind, PATHS } from '../../../contract/rest.ts'
import { STAFF_TOKEN_HEADER, type StaffSession, staffSessionAnswerSchema } from '../../../contract/staff-session.ts'
import { HttpFailure } from '../../../sync/errors.ts'
import type { HttpLike } from '../../../sync/ports.ts'

/** `offline`: no answer, or one that is not from this server. */
export type PinAnswer =
  | { readonly ok: true; readonly session: StaffSession }
  | { readonly ok: false; readonly kind: ErrorKind | 'offline'; readonly retryAfterMs: number | null }

/**
 * Exchanges a PIN for a session. `newPin` replaces a PIN that is too weak for an owner.
 *
 * @param http requests with the device's token
 */
export async function askServerAboutPin(
  http: HttpLike,
  {
    staffId,
    pin,
    newPin,
    approvalKey,
    timeoutMs,
  }: {
    staffId: number
    pin: string
    newPin?: string | undefined
    /** Registers the key that proves later approvals, if the PIN is right. */
    approvalKey?: PublicKey
    timeoutMs?: number
  },
): Promise<PinAnswer> {
  const body = {
    staff_id: staffId,
    pin,
    ...(newPin === undefined ? {} : { new_pin: newPin }),
    ...(approvalKey === undefined ? {} : { approval_key: approvalKey }),
  }
  const patience = timeoutMs === undefined ? {} : { timeoutMs }
  try {
    const answer = await http({ method: 'POST', path: PATHS.staffSession, body, ...patience })
    const parsed = v.safeParse(staffSessionAnswerSchema, answer.body)
    if (!parsed.success) return { ok: false, kind: 'internal', retryAfterMs: null }
    return { ok: true, session: parsed.output.data }
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    return { ok: false, kind: error.kind ?? 'offline', retryAfterMs: error.retryAfterMs }
  }
}

/** Ends a session. Without a network it expires on the server. */
export function endServerSession(http: HttpLike, token: string): void {
  const headers = { [STAFF_TOKEN_HEADER]: token }
  http({ method: 'POST', path: OWNER_PATHS.signOut, body: {}, headers }).catch(() => undefined)
}

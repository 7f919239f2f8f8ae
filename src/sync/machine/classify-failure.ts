/** What an unsuccessful request means for whoever sent it (rules C4, Q5). Decided by status and `kind`, never by words. */
import type { ErrorKind } from '../../contract/rest.ts'

export type FailureClass =
  /** Network, time-out, 5xx, 429: the same request may succeed later. */
  | 'transient'
  /** 401, 403: nothing will succeed until a person acts. */
  | 'unauthorized'
  /** This device was revoked by the owner. */
  | 'revoked'
  /** The change log no longer reaches back that far (410). */
  | 'expired'
  /** The endpoint does not exist there. */
  | 'unsupported'
  /** Any other refusal: the same request will be refused again. */
  | 'rejected'

export function classifyFailure(status: number | null, kind: ErrorKind | null): FailureClass {
  if (status === null || status >= 500 || status === 408 || status === 429) return 'transient'
  if (kind === 'device_revoked') return 'revoked'
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 410) return 'expired'
  if (status === 404 || status === 405 || status === 501) return 'unsupported'
  return 'rejected'
}

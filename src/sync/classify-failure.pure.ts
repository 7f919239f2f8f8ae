/** What an unsuccessful request means for whoever sent it (rules C4, Q5). Decided by status and `kind`, never by words. */
import type { ErrorKind } from '../contract/rest.ts'

export type FailureClass =
  /** Network, time-out, 5xx, 429, or an answer that is not our server's: the same request may succeed later. */
  | 'transient'
  /** The server does not accept this device: nothing will succeed until a person acts. */
  | 'unauthorized'
  /** This device was revoked by the owner. */
  | 'revoked'
  /** The change log no longer reaches back that far. */
  | 'expired'
  /** The endpoint does not exist there. */
  | 'unsupported'
  /** Any other refusal: the same request will be refused again. */
  | 'rejected'

/**
 * @param kind null when the answer carries no error of our server: a proxy or a captive portal may have sent it, and must not stop
 *   this counter by a refusal
 */
export function classifyFailure(status: number | null, kind: ErrorKind | null): FailureClass {
  if (status === null || status >= 500 || status === 408 || status === 429) return 'transient'
  if (kind === 'device_revoked') return 'revoked'
  // The nonce expired on the way, or was made by a server with another clock. The next attempt carries a new one.
  if (kind === 'proof_needed') return 'transient'
  if (kind === 'unauthorized' || kind === 'forbidden') return 'unauthorized'
  if (kind === 'log_expired') return 'expired'
  if (status === 404 || status === 405) return 'unsupported'
  return kind === null ? 'transient' : 'rejected'
}

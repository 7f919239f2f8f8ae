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
 * @param kind null when the answer had no error of ours: then a proxy or a captive portal may have spoken, and a refusal in
 *   its name must not stop this counter
 */
export function classifyFailure(status: number | null, kind: ErrorKind | null): FailureClass {
  if (status === null || status >= 500 || status === 408 || status === 429) return 'transient'
  if (kind === 'device_revoked') return 'revoked'
  // Two servers whose clocks differ, or a nonce that grew old on the way: the next try has another one.
  if (kind === 'proof_needed') return 'transient'
  if (kind === 'unauthorized' || kind === 'forbidden') return 'unauthorized'
  if (kind === 'log_expired') return 'expired'
  if (status === 404 || status === 405) return 'unsupported'
  return kind === null ? 'transient' : 'rejected'
}

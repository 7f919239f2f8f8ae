/** Whether what a record carries as the proof of its approval is one (src/contract/approval.ts). No I/O. */
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import * as v from 'valibot'
import {
  APPROVAL_ALGORITHM,
  APPROVAL_PROOF_MAX,
  APPROVAL_TYPE,
  approvalClaimsSchema,
} from '../../src/contract/approval.ts'
import { type ApprovalFacts, covers } from '../../src/domain/approval.ts'
import type { ApprovalKey } from '../sql/approval-keys.ts'

/** `amount`: rupiah that were signed. `forged`: no tablet of ours makes this. */
export type ApprovalVerdict =
  | { readonly proof: 'proven'; readonly amount: number }
  | { readonly proof: 'unproven' | 'forged' }

export interface ApprovalCheck {
  readonly proof: string
  /** Who is said to have allowed it, and where. */
  readonly staffId: number
  readonly deviceId: string
  /** What was recorded. `slack` as in `covers`. */
  readonly facts: ApprovalFacts
  readonly slack: number
  /** The time that counts, ISO 8601. */
  readonly countedAt: string
}

/**
 * How long before its key was shown here an approval may be dated: as far as a device that talks to the server can date anything
 * (`proved_floor`, a day and an hour for clocks). Ms.
 */
const BEFORE_SHOWN_MS = 25 * 3_600_000

const FORGED: ApprovalVerdict = { proof: 'forged' }
const UNPROVEN: ApprovalVerdict = { proof: 'unproven' }

/**
 * The thumbprint of the key that a proof names; null: this is no proof. Nothing else of it is looked at before that key was found here:
 * never a key that the proof itself brings.
 */
export function keyNamedBy(proof: string): string | null {
  if (proof.length > APPROVAL_PROOF_MAX) return null
  try {
    const { kid } = decodeProtectedHeader(proof)
    return typeof kid === 'string' && /^[A-Za-z0-9_-]{43}$/.test(kid) ? kid : null
  } catch {
    return null
  }
}

/**
 * @param key the one that the proof names. Null: this server does not know it, which is nobody's fault after a restore.
 *
 * A key that had ended by the time that counts proves nothing, and a tablet that was away cannot have known that. Nor does one that
 * was first shown well after that time: whoever learnt the PIN since may have made it. When a device says that it made the key is its word.
 */
export async function verifyApproval(check: ApprovalCheck, key: ApprovalKey | null): Promise<ApprovalVerdict> {
  if (key === null) return UNPROVEN
  if (key.deviceId !== check.deviceId || key.staffId !== check.staffId) return FORGED
  try {
    const publicKey = await importJWK({ kty: 'EC', crv: 'P-256', x: key.x, y: key.y }, APPROVAL_ALGORITHM)
    const { payload } = await jwtVerify(check.proof, publicKey, {
      typ: APPROVAL_TYPE,
      algorithms: [APPROVAL_ALGORITHM],
    })
    const { iss, sub, jti: record, what, sale, amount, base } = v.parse(approvalClaimsSchema, payload)
    const isTheirs = iss === check.deviceId && sub === check.staffId
    if (!isTheirs || !covers({ what, record, sale, amount, base }, check.facts, check.slack)) return FORGED
    if (!wasActive(key, Date.parse(check.countedAt))) return UNPROVEN
    return { proof: 'proven', amount }
  } catch {
    return FORGED
  }
}

/** @param at ms */
function wasActive({ createdAt, endedAt, lapsedAt, revivedAt }: ApprovalKey, at: number): boolean {
  if (at < Date.parse(createdAt) - BEFORE_SHOWN_MS) return false
  if (endedAt !== null && at >= Date.parse(endedAt)) return false
  return lapsedAt === null || revivedAt === null || at < Date.parse(lapsedAt) || at >= Date.parse(revivedAt)
}

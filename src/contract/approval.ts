/**
 * The proof of an approval: a compact JWS (RFC 7515), ES256, signed with a key that the approver's PIN opens on the device where it
 * is typed (docs/security.md). It travels as `approval_proof` of the record that it allows.
 */
import * as v from 'valibot'
import { idSchema, offlineIdSchema, rupiahSchema } from './values.ts'

export const APPROVAL_ALGORITHM = 'ES256'
/** Its own: a proof for something else that the same algorithm signs is none for an approval (RFC 8725, section 3.11). */
export const APPROVAL_TYPE = 'approval+jws'
/** Characters. One is about 600 long. */
export const APPROVAL_PROOF_MAX = 1_500

/**
 * `iss`: the device. `sub`: the member of staff. `jti`: the record that is allowed, so that one proof is good for one record. `iat`: by
 * the device's clock, s.
 */
export const approvalClaimsSchema = v.object({
  iss: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  sub: v.pipe(v.string(), v.regex(/^[1-9]\d{0,15}$/), v.transform(Number), idSchema),
  jti: offlineIdSchema,
  what: v.picklist(['discount', 'void', 'refund', 'cash_in', 'cash_out']),
  sale: v.nullable(offlineIdSchema),
  amount: rupiahSchema,
  base: v.nullable(rupiahSchema),
  iat: v.pipe(v.number(), v.integer()),
})
/** As they are signed. */
export type ApprovalClaims = v.InferInput<typeof approvalClaimsSchema>

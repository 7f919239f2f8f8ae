/** A member of staff who proves to be there: the PIN, and the short-lived token for it. */
import * as v from 'valibot'
import { publicKeySchema } from './device.ts'
import { answerSchema } from './rest.ts'
import { idSchema, nameSchema, versionSchema } from './values.ts'

/** Header that carries a staff token beside the device's own: what the owner's pages need. */
export const STAFF_TOKEN_HEADER = 'x-staff-token'

/** The form of a PIN; which one a role may choose is src/domain/pin-rules.ts. */
export const pinSchema = v.pipe(v.string(), v.regex(/^\d{4,12}$/, 'a PIN has 4 to 12 digits'))

/**
 * Exchanges a PIN for a short-lived staff token; 403 `pin_wrong`, 429 with Retry-After after five wrong ones at this device. An
 * owner's PIN of before the rules is answered with 403 `pin_change_needed`: it is right, and opens nothing but the same request
 * with a `new_pin` (400 `pin_weak`, 409 `pin_taken`).
 */
export const staffSessionRequestSchema = v.object({
  staff_id: idSchema,
  pin: pinSchema,
  new_pin: v.optional(pinSchema),
  /** A public key on P-256 whose private half this PIN opens at this device: it proves approvals from now on. */
  approval_key: v.optional(publicKeySchema),
})
export const staffSessionAnswerSchema = answerSchema(
  v.object({
    staff_token: v.pipe(v.string(), v.minLength(16)),
    expires_at: v.string(),
    staff: v.object({
      id: idSchema,
      name: nameSchema,
      role: v.picklist(['cashier', 'supervisor', 'owner']),
      /** Of the record whose PIN was checked. */
      version: v.optional(versionSchema),
    }),
    /** The thumbprint (RFC 7638) of the approval key that was taken; absent: none was, by this person's role or this server. */
    approval_key: v.optional(v.string()),
  }),
)
export type StaffSession = v.InferOutput<typeof staffSessionAnswerSchema>['data']

/** What concerns the safety of a branch, for its owner to read: who signed in where, what was refused, what was set up. */
import * as v from 'valibot'
import { idSchema } from './values.ts'

export const OWNER_SECURITY_PATH = '/api/v1/owner/security'

/** Closed: each has its words on the page, its count in the metrics and its line in the server's log. */
export const SECURITY_KINDS = [
  'signed_in',
  'pin_wrong',
  'pin_locked',
  'owner_pin_set',
  'right_refused',
  'session_wrong',
  'branch_refused',
  'id_unknown',
  'staff_added',
  'staff_changed',
  'owner_added',
  'token_unknown',
  'token_revoked',
  'key_wrong',
  'admin_token_wrong',
  'admin_locked',
  'sql_password_wrong',
  'pairing_code_wrong',
  'pairing_code_made',
  'device_enrolled',
  'key_bound',
  'device_revoked',
  'broker_refused',
  'approval_forged',
] as const
export type SecurityKind = (typeof SECURITY_KINDS)[number]

/**
 * `count`: so many times from `first_at` to `last_at` (ISO 8601 in UTC). Names are those of now. `reported_at`: a device told it, then;
 * all of it is that device's word, and the times are by its clock. `id` is one of its kind: of what the server saw, or of what was told.
 */
export const securityEventSchema = v.object({
  id: idSchema,
  // A newer server may tell of more than this page has words for.
  kind: v.string(),
  count: v.number(),
  first_at: v.string(),
  last_at: v.string(),
  device_id: v.nullable(v.string()),
  device_name: v.nullable(v.string()),
  staff_name: v.nullable(v.string()),
  address: v.nullable(v.string()),
  reported_at: v.optional(v.nullable(v.string())),
})
export type SecurityEvent = v.InferOutput<typeof securityEventSchema>
export const securityEventListSchema = v.object({ code: v.number(), data: v.array(securityEventSchema) })

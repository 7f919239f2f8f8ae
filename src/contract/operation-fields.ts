/** Fields that a counter's operations share, whether of a sale, a shift or the drawer. None is a shape of its own on the wire. */
import * as v from 'valibot'
import { APPROVAL_PROOF_MAX } from './approval.ts'
import { idSchema, rupiahSchema } from './values.ts'

export const positiveRupiahSchema = v.pipe(rupiahSchema, v.minValue(0))
export const shortText = v.pipe(v.string(), v.trim(), v.maxLength(500))
export const reasonSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200))
export const methodSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(40))
export const staffIdSchema = v.nullish(idSchema, null)
/** Proves `approved_by` (approval.ts). Without one the record is booked as not proven; so is what no proof can be. */
export const approvalProofSchema = v.nullish(v.pipe(v.string(), v.maxLength(APPROVAL_PROOF_MAX)))
export const deviceIdSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

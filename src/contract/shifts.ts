/** Shifts and the cash in the drawer as a counter uploads them (`shifts[]`, `cash_movements[]` of batch-sync). */
import * as v from 'valibot'
import {
  approvalProofSchema,
  methodSchema,
  positiveRupiahSchema,
  reasonSchema,
  shortText,
  staffIdSchema,
} from './operation-fields.ts'
import { nameSchema, offlineIdSchema, rupiahSchema, timestampSchema } from './values.ts'

/** Payment methods of one shift. */
const METHOD_TOTALS_MAX = 200

/** Takings of one payment method within a shift: sales and refunds apart, in rupiah. */
export const methodTotalSchema = v.object({
  payment_method: methodSchema,
  count: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sales: positiveRupiahSchema,
  refunds: positiveRupiahSchema,
})
export type MethodTotal = v.InferOutput<typeof methodTotalSchema>

const shiftCommon = {
  offline_id: offlineIdSchema,
  /** `offline_id` of the opening: the name of the shift. */
  shift_offline_id: offlineIdSchema,
  staff_id: staffIdSchema,
  staff_name: v.nullish(nameSchema, null),
  device_id: v.nullish(v.pipe(v.string(), v.maxLength(64)), null),
  created_at_device: timestampSchema,
}

/** `shifts[]`: an opening with the cash in the drawer, or a closing with the cash counted. */
export const shiftSchema = v.variant('action', [
  v.object({ action: v.literal('open'), ...shiftCommon, opening_cash: positiveRupiahSchema }),
  v.object({
    action: v.literal('close'),
    ...shiftCommon,
    counted_cash: positiveRupiahSchema,
    /** opening + cash sales − cash refunds + cash in − cash out, as the counter knows it. */
    expected_cash: rupiahSchema,
    totals: v.optional(v.pipe(v.array(methodTotalSchema), v.maxLength(METHOD_TOTALS_MAX)), []),
    /** Sales of this shift that were not confirmed by the server when it was closed. */
    unsent_count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
    note: v.nullish(shortText, null),
  }),
])
export type ShiftEntry = v.InferOutput<typeof shiftSchema>

/** `cash_movements[]`: cash put into the drawer or taken out of it, beside sales. */
export const cashMovementSchema = v.object({
  offline_id: offlineIdSchema,
  shift_offline_id: offlineIdSchema,
  direction: v.picklist(['in', 'out']),
  amount: v.pipe(rupiahSchema, v.minValue(1)),
  reason: reasonSchema,
  staff_id: staffIdSchema,
  approved_by: staffIdSchema,
  approval_proof: approvalProofSchema,
  device_id: v.nullish(v.pipe(v.string(), v.maxLength(64)), null),
  created_at_device: timestampSchema,
})
export type CashMovement = v.InferOutput<typeof cashMovementSchema>

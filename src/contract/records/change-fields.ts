import * as v from 'valibot'
import { idSchema, nameSchema, offlineIdSchema, quantitySchema, versionSchema } from '../values.ts'

export const optionalText = v.nullish(nameSchema)

/** Who changed a value and why, common to stock and quantity. */
export const changeFields = {
  product_name: optionalText,
  delta: v.nullish(quantitySchema),
  reason: optionalText,
  transaction_id: v.nullish(idSchema),
  updated_by: optionalText,
  version: v.optional(versionSchema),
  offline_id: v.nullish(offlineIdSchema),
  op: v.nullish(v.picklist(['sale', 'void', 'refund'])),
}

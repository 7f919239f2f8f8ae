/** What the admin is answered, and the one body that no owner's page has too. */
import * as v from 'valibot'
import { brokerConnectionSchema, ownerStaffSchema } from './owner-people.ts'
import { productSchema } from './records/product.ts'
import { answerSchema } from './rest.ts'
import { codeSchema, idSchema, nameSchema, quantitySchema } from './values.ts'

/** Either the stock as it shall be or the difference, never both. */
export const stockRequestSchema = v.pipe(
  v.object({
    product_id: idSchema,
    stock: v.optional(quantitySchema),
    delta: v.optional(quantitySchema),
    reason: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)), 'admin'),
    updated_by: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)), 'admin'),
  }),
  v.check(({ stock, delta }) => (stock === undefined) !== (delta === undefined), 'give either stock or delta'),
)

export const merchantAnswerSchema = answerSchema(v.object({ id: idSchema, code: codeSchema, name: nameSchema }))
export const branchAnswerSchema = answerSchema(
  v.object({ id: idSchema, merchant_code: codeSchema, code: codeSchema, name: nameSchema }),
)
export const branchListSchema = answerSchema(
  v.array(
    v.object({
      id: idSchema,
      code: codeSchema,
      name: nameSchema,
      merchant_code: codeSchema,
      merchant_name: nameSchema,
    }),
  ),
)
export const productAnswerSchema = answerSchema(productSchema)
export const productListSchema = answerSchema(v.array(productSchema))

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** A dry run tells no more than how many lines there are, and what is wrong with which. */
export const importAnswerSchema = answerSchema(
  v.object({
    dry_run: v.boolean(),
    products: count,
    problems: v.array(v.object({ line: count, reason: v.string() })),
    created: v.optional(count),
    updated: v.optional(count),
    unchanged: v.optional(count),
  }),
)

export const adminStaffListSchema = answerSchema(v.array(ownerStaffSchema))
export const adminStaffAnswerSchema = answerSchema(ownerStaffSchema)
/** Times: ISO 8601 in UTC, `last_seen_at` to the minute. */
export const adminDeviceListSchema = answerSchema(
  v.array(
    v.object({
      device_id: v.string(),
      device_name: v.string(),
      branch_code: codeSchema,
      created_at: v.string(),
      last_seen_at: v.nullable(v.string()),
      revoked_at: v.nullable(v.string()),
    }),
  ),
)
export const adminRevokeAnswerSchema = answerSchema(
  v.object({ device_id: v.string(), disconnected: v.boolean(), broker: brokerConnectionSchema }),
)

/** What whoever runs the shop asks of the server: merchants, branches, pairing codes, products, staff, stock and settings. */
import * as v from 'valibot'
import { answerSchema } from './rest.ts'
import { pinSchema } from './staff-session.ts'
import {
  codeSchema,
  idSchema,
  namedCodeSchema,
  nameSchema,
  priceSchema,
  quantitySchema,
  timestampSchema,
} from './values.ts'

/** Either the counted quantity or the difference, never both. */
export const adjustmentRequestSchema = v.pipe(
  v.object({
    inventory_id: idSchema,
    quantity: v.optional(quantitySchema),
    delta: v.optional(quantitySchema),
    reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
  }),
  v.check(({ quantity, delta }) => (quantity === undefined) !== (delta === undefined), 'give either quantity or delta'),
)
export type AdjustmentRequest = v.InferOutput<typeof adjustmentRequestSchema>

export const settingsRequestSchema = v.object({
  values: v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(100)), v.unknown()),
  updated_at: timestampSchema,
})

export const merchantRequestSchema = namedCodeSchema
export const branchRequestSchema = v.object({ merchant_code: codeSchema, code: codeSchema, name: nameSchema })

export const pairingCodeRequestSchema = v.object({
  branch_code: codeSchema,
  /** How long the code can be used, in minutes. */
  minutes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7 * 24 * 60)), 60),
})
export const pairingCodeAnswerSchema = answerSchema(
  v.object({ pairing_code: v.string(), link: v.string(), expires_at: v.string() }),
)

const optionalName = v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(200))))
const productFields = {
  sku: optionalName,
  barcode: optionalName,
  category: optionalName,
  unit: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(20))),
  active: v.optional(v.boolean()),
  stock: v.optional(quantitySchema),
  reason: v.optional(v.pipe(v.string(), v.maxLength(200))),
}
const productNameSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200))

export const productRequestSchema = v.object({
  branch_code: codeSchema,
  name: productNameSchema,
  price: priceSchema,
  ...productFields,
})
export type ProductRequest = v.InferOutput<typeof productRequestSchema>

export const productPatchSchema = v.object({
  name: v.optional(productNameSchema),
  price: v.optional(priceSchema),
  ...productFields,
})
export type ProductPatch = v.InferOutput<typeof productPatchSchema>

export const staffRequestSchema = v.object({
  branch_code: codeSchema,
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
  role: v.picklist(['cashier', 'supervisor', 'owner']),
  pin: pinSchema,
})
export type StaffRequest = v.InferOutput<typeof staffRequestSchema>

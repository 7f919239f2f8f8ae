/** `GET /transaction`: the branch's past sales, with what was paid, voided and refunded of each. */
import * as v from 'valibot'
import { answerSchema } from './rest.ts'
import { idSchema, offlineIdSchema, quantitySchema, rupiahSchema, versionSchema } from './values.ts'

/**
 * `GET /transaction`: the branch's sales, newest first, all filters optional. `before_id`: the last `id` of the page before.
 * `day`: of the shop (src/domain/shop-day.ts), `2026-11-22`. `text`: part of code, reference, product name or payment
 * reference. `offline_id`: that one sale.
 */
export interface TransactionQuery {
  readonly limit?: number
  readonly before_id?: number
  readonly device_id?: string
  readonly day?: string
  readonly text?: string
  readonly offline_id?: string
}

/** A refund as its sale tells it: quantities and rupiah above zero. */
export const transactionRefundSchema = v.object({
  offline_id: v.nullable(offlineIdSchema),
  offline_reference: v.nullable(v.string()),
  transaction_code: v.nullish(v.string(), null),
  refund_total: rupiahSchema,
  payment_method: v.string(),
  reason: v.nullish(v.string(), null),
  created_at: v.string(),
  created_at_device: v.nullish(v.string(), null),
  items: v.array(v.object({ product_id: idSchema, quantity: quantitySchema, amount: rupiahSchema })),
})

/** Beside the specification's fields everything is optional: other MStore backends do not send it. */
export const transactionSchema = v.object({
  id: idSchema,
  transaction_code: v.string(),
  offline_id: v.nullable(offlineIdSchema),
  offline_reference: v.nullable(v.string()),
  status: v.string(),
  grand_total: rupiahSchema,
  items: v.array(
    v.object({
      product_id: idSchema,
      quantity: quantitySchema,
      price: rupiahSchema,
      product_name: v.nullish(v.string(), null),
      unit: v.nullish(v.string(), null),
      discount: v.nullish(rupiahSchema, 0),
      note: v.nullish(v.string(), null),
    }),
  ),
  payments: v.array(
    v.object({
      payment_method: v.string(),
      amount: rupiahSchema,
      reference: v.nullish(v.string(), null),
      tendered: v.nullish(rupiahSchema, null),
    }),
  ),
  device_id: v.nullable(v.string()),
  created_by: v.nullable(v.string()),
  created_at: v.string(),
  created_at_device: v.nullable(v.string()),
  subtotal: v.nullish(rupiahSchema, null),
  discount_total: v.nullish(rupiahSchema, 0),
  tax_total: v.nullish(rupiahSchema, 0),
  rounding_total: v.nullish(rupiahSchema, 0),
  tax: v.nullish(v.object({ rate_bp: v.number(), included: v.boolean() }), null),
  note: v.nullish(v.string(), null),
  staff_id: v.nullish(idSchema, null),
  staff_name: v.nullish(v.string(), null),
  approved_by: v.nullish(idSchema, null),
  shift_offline_id: v.nullish(v.string(), null),
  payment_status: v.nullish(v.string(), null),
  /** The last operation on it. */
  op: v.nullish(v.picklist(['sale', 'void', 'refund']), null),
  /** The void that undid it; null while it stands. */
  voided: v.nullish(
    v.object({
      offline_id: v.nullable(offlineIdSchema),
      reason: v.string(),
      created_at: v.string(),
      staff_id: v.nullish(idSchema, null),
    }),
    null,
  ),
  refunds: v.nullish(v.array(transactionRefundSchema), []),
  version: v.optional(versionSchema, 0),
})
export type Transaction = v.InferOutput<typeof transactionSchema>
export const transactionListSchema = answerSchema(v.array(transactionSchema))

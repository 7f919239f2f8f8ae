/**
 * The owner's reports of what somebody should look into: sold below the stock, at other prices, undone, allowed, in conflict, not
 * adding up. How a report is asked for and listed stands in reports.ts.
 */
import * as v from 'valibot'
import { operationTypeSchema } from './batch-sync.ts'
import { idSchema, quantitySchema, rupiahSchema, textOrNull } from './values.ts'

/** Goods that were sold although the stock was not there (rule S9): all lines of one sale and product together. */
export const oversoldRowSchema = v.object({
  id: idSchema,
  sold_at: v.string(),
  transaction_code: textOrNull,
  device_name: textOrNull,
  staff_name: textOrNull,
  product_id: idSchema,
  product_name: textOrNull,
  quantity: quantitySchema,
  /** How much of it was not there. */
  missing: quantitySchema,
  /** What the cashier saw, and what the server was left with. */
  stock_shown: v.nullable(quantitySchema),
  stock_after: quantitySchema,
})
export type OversoldRow = v.InferOutput<typeof oversoldRowSchema>

/** A line that was sold at another price than the server's at its arrival. */
export const priceRowSchema = v.object({
  id: idSchema,
  sold_at: v.string(),
  transaction_code: textOrNull,
  device_name: textOrNull,
  staff_name: textOrNull,
  product_id: idSchema,
  product_name: textOrNull,
  quantity: quantitySchema,
  sold_price: rupiahSchema,
  server_price: rupiahSchema,
  /** In the counter's own catalogue when it was sold; null: not told. */
  counter_price: v.nullable(rupiahSchema),
})
export type PriceRow = v.InferOutput<typeof priceRowSchema>

export const reversalRowSchema = v.object({
  kind: v.picklist(['void', 'refund']),
  at: v.string(),
  transaction_code: textOrNull,
  device_name: textOrNull,
  amount: rupiahSchema,
  payment_method: textOrNull,
  reason: textOrNull,
  staff_name: textOrNull,
  approved_by: textOrNull,
})
export type ReversalRow = v.InferOutput<typeof reversalRowSchema>

/**
 * Everything that somebody had to allow. `amount`: the discount, what was voided or refunded, the cash moved. `proof`: whether the approver's
 * PIN is proved; `missing`: nobody is even named; null: of before the server asked for proofs.
 */
export const approvalRowSchema = v.object({
  kind: v.picklist(['discount', 'void', 'refund', 'cash_movement', 'conflict']),
  at: v.string(),
  transaction_code: textOrNull,
  device_name: textOrNull,
  amount: v.nullable(rupiahSchema),
  reason: textOrNull,
  staff_name: textOrNull,
  approved_by: textOrNull,
  proof: v.optional(v.nullable(v.picklist(['proven', 'unproven', 'forged', 'missing'])), null),
})
export type ApprovalRow = v.InferOutput<typeof approvalRowSchema>

/**
 * Two contents under one `offline_id`, each `{"item": …, "payments": […]}` as uploaded. `resolution` null: open, and somebody has
 * to decide. Open ones stand in every period.
 */
export const conflictRowSchema = v.object({
  conflict_id: idSchema,
  detected_at: v.string(),
  conflict_type: v.string(),
  operation_type: operationTypeSchema,
  offline_id: textOrNull,
  device_name: textOrNull,
  /** What is booked, and what the counter has. */
  server_content: v.unknown(),
  local_content: v.unknown(),
  /** How often the counter sent yet another content, which it still has: it comes up when this one is decided. */
  further: v.optional(v.number()),
  resolution: v.nullable(v.picklist(['keep_server', 'keep_local'])),
  resolved_at: textOrNull,
  resolved_by: textOrNull,
  reason: textOrNull,
})
export type ConflictRow = v.InferOutput<typeof conflictRowSchema>

/**
 * What does not fit about an operation that was booked all the same. `no_items`: a sum without goods. `sum` (of a shift: what is booked of
 * it makes another sum than at its closing, `claimed`), `tax`, `rounding`,
 * `payments`: not what the server computes. `unpaid`: came as not paid, or not wholly; its goods left. `price`: far from the server's.
 * `product_unknown`: of a product that the branch does not have (any more). `refund_share`: more money than the goods' share.
 * `time`: the device's time can not be believed. `late`: came when its month was over. `other_device`: brought by another device
 * than the one that is said to have recorded it. `foreign_shift`: of another device's shift than the one that brought it, and not
 * counted there. `closing_brought`: a closing that another device brought; the shift is still open. `void_by_other`: another device
 * had voided it before it came, not proven; not followed. `staff_unknown`, `approver_unknown`, `approver_without_right`, `approval_missing`:
 * people as the device says. `approval_unproven`: nothing proves that the one who is named was there. `approval_forged`: what is sent as
 * the proof is none for this.
 */
export const MARK_KINDS = [
  'no_items',
  'sum',
  'tax',
  'rounding',
  'payments',
  'unpaid',
  'price',
  'product_unknown',
  'refund_share',
  'time',
  'late',
  'other_device',
  'foreign_shift',
  'closing_brought',
  'void_by_other',
  'staff_unknown',
  'approver_unknown',
  'approver_without_right',
  'approval_missing',
  'approval_unproven',
  'approval_forged',
] as const
export type MarkKind = (typeof MARK_KINDS)[number]

/** Marks of what happened or arrived in the period. Rupiah null: not about money. */
export const markRowSchema = v.object({
  id: idSchema,
  /** `other`: of a server that is newer than this app. */
  kind: v.fallback(v.picklist([...MARK_KINDS, 'other']), 'other'),
  operation_type: operationTypeSchema,
  occurred_at: v.string(),
  arrived_at: v.string(),
  transaction_code: textOrNull,
  offline_id: v.string(),
  device_name: textOrNull,
  staff_name: textOrNull,
  /** As the device says, and as the server computes it. */
  claimed: v.nullable(v.number()),
  computed: v.nullable(v.number()),
  /** The time that the device told. */
  claimed_at: textOrNull,
  /** The number of staff that was named, where that is what does not fit. */
  named_staff_id: v.nullable(v.number()),
})
export type MarkRow = v.InferOutput<typeof markRowSchema>

export const conflictDecisionSchema = v.object({
  resolution: v.picklist(['keep_server', 'keep_local']),
  reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
})
export type ConflictDecision = v.InferOutput<typeof conflictDecisionSchema>

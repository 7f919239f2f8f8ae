/**
 * The owner's reports: what is asked and what is answered. Days are calendar days in Asia/Jakarta, money is whole rupiah,
 * times are ISO 8601 in UTC. Every report also comes as a file by `?format=csv`.
 */
import * as v from 'valibot'
import { operationTypeSchema } from './sales.ts'
import { idSchema, quantitySchema, rupiahSchema } from './values.ts'

const MS_PER_DAY = 86_400_000

/** Days that one report covers at most. */
export const REPORT_DAYS_MAX = 366
/** Rows that a list on the screen holds at most; the file has all. */
export const REPORT_ROWS = 500

export const REPORT_NAMES = [
  'takings',
  'sales',
  'products',
  'shifts',
  'oversold',
  'prices',
  'reversals',
  'approvals',
  'conflicts',
  'marks',
] as const
export type ReportName = (typeof REPORT_NAMES)[number]

export const REPORT_ROOT = '/api/v1/owner/report'
export const reportPath = (name: ReportName): string => `${REPORT_ROOT}/${name}`
/** The owner's decision about a conflict: POST. The first one stands and is answered to every further one. */
export const conflictDecisionPath = (conflictId: number | ':id'): string => `${REPORT_ROOT}/conflicts/${conflictId}`

/** A calendar day as `2026-11-22`. */
export const daySchema = v.pipe(v.string(), v.isoDate())

/** `from` and `to` are included. */
export const reportQuerySchema = v.pipe(
  v.object({
    from: daySchema,
    to: daySchema,
    format: v.optional(v.picklist(['json', 'csv']), 'json'),
    /** Words of the file's header line. */
    lang: v.optional(v.picklist(['id', 'en']), 'id'),
  }),
  v.check(({ from, to }) => from <= to, '"to" lies before "from"'),
  v.check(
    ({ from, to }) => Date.parse(to) - Date.parse(from) < REPORT_DAYS_MAX * MS_PER_DAY,
    `at most ${REPORT_DAYS_MAX} days`,
  ),
)
export type ReportQuery = v.InferOutput<typeof reportQuerySchema>

const countSchema = v.pipe(v.number(), v.integer(), v.minValue(0))
const textOrNull = v.nullable(v.string())

const takingsRow = {
  /** Sales, or payments where a sale was split. */
  count: countSchema,
  sales: rupiahSchema,
  refunds: rupiahSchema,
}

/** Takings of a period: paid sales that were not voided, by the day they were made; refunds by the day they were given. */
export const takingsSchema = v.object({
  totals: v.object({
    count: countSchema,
    subtotal: rupiahSchema,
    discount: rupiahSchema,
    tax: rupiahSchema,
    rounding: rupiahSchema,
    sales: rupiahSchema,
    refund_count: countSchema,
    refunds: rupiahSchema,
    void_count: countSchema,
    /** Not part of `sales`. */
    voids: rupiahSchema,
    /** Part of `sales` and `refunds`: what does not add up or can not be proved (`marks`). */
    marked_count: v.optional(countSchema, 0),
    marked_sales: v.optional(rupiahSchema, 0),
    marked_refunds: v.optional(rupiahSchema, 0),
  }),
  by_method: v.array(v.object({ payment_method: v.string(), ...takingsRow })),
  /** `device_id` null: sold by no counter. */
  by_device: v.array(v.object({ device_id: textOrNull, device_name: textOrNull, ...takingsRow })),
  /** Hours (`08`) of one day, or days (`2026-11-22`) of several; those without sales are left out. */
  by_slot: v.array(v.object({ slot: v.string(), count: countSchema, sales: rupiahSchema })),
})
export type Takings = v.InferOutput<typeof takingsSchema>

/** What was sold of a product. `sales`: after line discounts and returns, before cart discounts and tax. */
export const soldProductSchema = v.object({
  product_id: idSchema,
  product_name: textOrNull,
  unit: textOrNull,
  quantity: quantitySchema,
  returned: quantitySchema,
  sales: rupiahSchema,
})
export type SoldProduct = v.InferOutput<typeof soldProductSchema>

export const saleRowSchema = v.object({
  transaction_code: v.string(),
  offline_reference: textOrNull,
  sold_at: v.string(),
  device_name: textOrNull,
  staff_name: textOrNull,
  status: v.string(),
  payment_methods: textOrNull,
  subtotal: rupiahSchema,
  discount: rupiahSchema,
  tax: rupiahSchema,
  rounding: rupiahSchema,
  grand_total: rupiahSchema,
  refunds: rupiahSchema,
})
export type SaleRow = v.InferOutput<typeof saleRowSchema>

export const shiftTotalSchema = v.object({
  payment_method: v.string(),
  count: countSchema,
  sales: rupiahSchema,
  refunds: rupiahSchema,
})

export const cashMovementRowSchema = v.object({
  direction: v.picklist(['in', 'out']),
  amount: rupiahSchema,
  reason: v.string(),
  staff_name: textOrNull,
  at: v.string(),
})

/**
 * A shift by the day it was opened. `expected_cash` and `totals` are the counter's own at its closing, `booked_cash` is the
 * server's expectation by what is booked now; null while open, or closed before the server counted.
 */
export const shiftReportSchema = v.object({
  shift_offline_id: v.string(),
  device_name: textOrNull,
  opened_at: v.string(),
  opened_by: textOrNull,
  closed_at: textOrNull,
  closed_by: textOrNull,
  opening_cash: rupiahSchema,
  expected_cash: v.nullable(rupiahSchema),
  booked_cash: v.optional(v.nullable(rupiahSchema), null),
  counted_cash: v.nullable(rupiahSchema),
  unsent_count: v.nullable(countSchema),
  note: textOrNull,
  totals: v.array(shiftTotalSchema),
  movements: v.array(cashMovementRowSchema),
})
export type ShiftReport = v.InferOutput<typeof shiftReportSchema>

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

/** A list, newest first, cut at REPORT_ROWS: `has_more` says that the file holds more. */
export const reportListSchema = <T extends v.GenericSchema>(row: T) =>
  v.object({ code: v.number(), data: v.object({ rows: v.array(row), has_more: v.boolean() }) })

export const takingsAnswerSchema = v.object({ code: v.number(), data: takingsSchema })

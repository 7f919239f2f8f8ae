/**
 * The owner's reports: what is asked, and what is answered about takings, goods and shifts. Days are calendar days in Asia/Jakarta,
 * money is whole rupiah, times are ISO 8601 in UTC. Every report also comes as a file by `?format=csv`.
 */
import * as v from 'valibot'
import { idSchema, quantitySchema, rupiahSchema, textOrNull } from './values.ts'

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

/** A list, newest first, cut at REPORT_ROWS: `has_more` says that the file holds more. */
export const reportListSchema = <T extends v.GenericSchema>(row: T) =>
  v.object({ code: v.number(), data: v.object({ rows: v.array(row), has_more: v.boolean() }) })

export const takingsAnswerSchema = v.object({ code: v.number(), data: takingsSchema })

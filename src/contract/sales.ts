/**
 * What a counter uploads (specification section 3: batch-sync; architecture: Shapes). Names of the specification are kept to
 * the letter; what this product adds is optional, so that a body of nothing but the specification's fields is valid.
 *
 * The arrays of a request stay unparsed: each item is parsed by itself, so that one malformed item refuses only itself.
 */
import * as v from 'valibot'
import { APPROVAL_PROOF_MAX } from './approval.ts'
import {
  codeSchema,
  epochSchema,
  idSchema,
  markSchema,
  nameSchema,
  offlineIdSchema,
  priceSchema,
  quantitySchema,
  rupiahSchema,
  seqSchema,
  timestampSchema,
  versionSchema,
} from './values.ts'

/** At most this many items in all arrays of one request; a counter sends 50 operations at a time (rule Q4). */
export const BATCH_ITEMS_MAX = 500
/** Operations that a counter puts in one request. */
export const BATCH_OPERATIONS = 50
/** Lines of one sale. */
export const SALE_ITEMS_MAX = 500

/** Payment methods of one shift. */
const METHOD_TOTALS_MAX = 200

/** The methods that the counter offers; a server accepts any name. */
export const PAYMENT_METHODS = ['CASH', 'QRIS', 'GOPAY', 'OVO', 'DANA', 'CARD', 'TRANSFER'] as const
export type PaymentMethod = (typeof PAYMENT_METHODS)[number]

const positiveQuantitySchema = v.pipe(quantitySchema, v.minValue(0.001))
const positiveRupiahSchema = v.pipe(rupiahSchema, v.minValue(0))
const shortText = v.pipe(v.string(), v.trim(), v.maxLength(500))
const reasonSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200))
const methodSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(40))
const staffIdSchema = v.nullish(idSchema, null)
/** Proves `approved_by` (approval.ts). Without one the record is booked as not proven; so is what no proof can be. */
const approvalProofSchema = v.nullish(v.pipe(v.string(), v.maxLength(APPROVAL_PROOF_MAX)))
const deviceIdSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

/**
 * One line. `price` in rupiah for one unit as it was sold; `discount` in rupiah off the whole line. `master_price` and
 * `stock_shown` are what the counter knew when the line was sold (rule S9).
 */
export const saleItemSchema = v.object({
  product_id: idSchema,
  product_name: v.nullish(nameSchema, null),
  unit: v.nullish(nameSchema, null),
  quantity: positiveQuantitySchema,
  price: priceSchema,
  discount: v.nullish(positiveRupiahSchema, 0),
  note: v.nullish(shortText, null),
  master_price: v.nullish(priceSchema, null),
  stock_shown: v.nullish(quantitySchema, null),
})
export type SaleItem = v.InferOutput<typeof saleItemSchema>

/** Rate in basis points (1100 = 11 %); `included`: prices hold the tax already. */
export const taxRuleSchema = v.object({
  rate_bp: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)),
  included: v.boolean(),
})
export type TaxRule = v.InferOutput<typeof taxRuleSchema>

/**
 * `transactions[]`: one sale. Totals in whole rupiah, computed again by the server with src/domain/sale-totals.ts whenever `items`
 * are there: `grand_total = subtotal − discount_total + (tax included ? 0 : tax_total) + rounding_total`.
 */
export const saleSchema = v.object({
  offline_id: offlineIdSchema,
  offline_reference: v.pipe(v.string(), v.minLength(1), v.maxLength(120)),
  device_id: deviceIdSchema,
  created_at_device: timestampSchema,
  branch_code: codeSchema,
  payment_method: methodSchema,
  id_user_apps: v.nullish(v.union([nameSchema, v.number()]), null),
  type_transaction: v.optional(v.literal(1), 1),
  subtotal: positiveRupiahSchema,
  discount_total: v.optional(positiveRupiahSchema, 0),
  tax_total: v.optional(positiveRupiahSchema, 0),
  grand_total: positiveRupiahSchema,
  status: v.picklist(['draft', 'paid', 'void']),
  payment_status: v.picklist(['pending_payment', 'paid', 'void']),
  sync_status: v.nullish(v.string(), null),
  items: v.optional(v.pipe(v.array(saleItemSchema), v.maxLength(SALE_ITEMS_MAX)), []),
  /** Discount on the whole cart, part of `discount_total`. */
  cart_discount: v.nullish(positiveRupiahSchema, 0),
  rounding_total: v.nullish(rupiahSchema, 0),
  tax: v.nullish(taxRuleSchema, null),
  note: v.nullish(shortText, null),
  shift_offline_id: v.nullish(offlineIdSchema, null),
  staff_id: staffIdSchema,
  /** Who allowed a discount over the limit. */
  approved_by: staffIdSchema,
  approval_proof: approvalProofSchema,
})
export type Sale = v.InferOutput<typeof saleSchema>

/** `payments[]`. `amount` is what it pays of the sale; `tendered` the cash handed over, so change = tendered − amount. */
export const paymentSchema = v.object({
  offline_id: offlineIdSchema,
  transaction_offline_id: offlineIdSchema,
  payment_method: methodSchema,
  amount: positiveRupiahSchema,
  reference: v.nullish(shortText, null),
  created_at_device: timestampSchema,
  tendered: v.nullish(positiveRupiahSchema, null),
})
export type Payment = v.InferOutput<typeof paymentSchema>

/** `voids[]`: the whole sale is undone and its goods go back to stock, once. */
export const voidSchema = v.object({
  offline_id: offlineIdSchema,
  transaction_offline_id: offlineIdSchema,
  reason: reasonSchema,
  approved_by: staffIdSchema,
  approval_proof: approvalProofSchema,
  created_at_device: timestampSchema,
  staff_id: staffIdSchema,
  shift_offline_id: v.nullish(offlineIdSchema, null),
  device_id: v.nullish(v.pipe(v.string(), v.maxLength(64)), null),
})
export type Void = v.InferOutput<typeof voidSchema>

/** `refunds[]`: goods come back, money goes out. `amount` in rupiah is what was handed back for the line. */
export const refundSchema = v.object({
  offline_id: offlineIdSchema,
  offline_reference: v.pipe(v.string(), v.minLength(1), v.maxLength(120)),
  transaction_offline_id: offlineIdSchema,
  items: v.pipe(
    v.array(v.object({ product_id: idSchema, quantity: positiveQuantitySchema, amount: positiveRupiahSchema })),
    v.minLength(1),
    v.maxLength(SALE_ITEMS_MAX),
  ),
  /** Sum of the items' amounts plus cash rounding. */
  refund_total: positiveRupiahSchema,
  payment_method: methodSchema,
  reference: v.nullish(shortText, null),
  reason: reasonSchema,
  approved_by: staffIdSchema,
  approval_proof: approvalProofSchema,
  staff_id: staffIdSchema,
  shift_offline_id: v.nullish(offlineIdSchema, null),
  device_id: v.nullish(v.pipe(v.string(), v.maxLength(64)), null),
  created_at_device: timestampSchema,
})
export type Refund = v.InferOutput<typeof refundSchema>

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

export const operationTypeSchema = v.picklist(['transaction', 'payment', 'void', 'refund', 'shift', 'cash_movement'])
export type OperationType = v.InferOutput<typeof operationTypeSchema>

const itemsSchema = v.optional(v.array(v.unknown()), [])

export const batchSyncRequestSchema = v.pipe(
  v.object({
    device_id: deviceIdSchema,
    synced_at: v.nullish(v.string(), null),
    /** The `log.mark` of the last answer (rule S6). */
    seen: v.nullish(v.string()),
    transactions: itemsSchema,
    payments: itemsSchema,
    voids: itemsSchema,
    refunds: itemsSchema,
    shifts: itemsSchema,
    cash_movements: itemsSchema,
  }),
  v.check(
    (body) =>
      body.transactions.length +
        body.payments.length +
        body.voids.length +
        body.refunds.length +
        body.shifts.length +
        body.cash_movements.length <=
      BATCH_ITEMS_MAX,
    `at most ${BATCH_ITEMS_MAX} items in one request`,
  ),
)
export type BatchSyncRequest = v.InferOutput<typeof batchSyncRequestSchema>

/**
 * Why an item was refused. `unavailable` alone is worth sending again as it is; every other one waits for a person.
 * `invalid`: not readable. `totals_mismatch`: of servers before sums were marked. `wrong_branch`, `wrong_device`.
 * `data_mismatch`: the id is known with other content. `unknown_transaction`, `already_void`, `quantity_exceeded`,
 * `amount_exceeded`: a void, refund or payment that its sale does not allow. `unknown_shift`, `shift_closed`.
 */
export const refusalKindSchema = v.picklist([
  'unavailable',
  'invalid',
  'totals_mismatch',
  'wrong_branch',
  'wrong_device',
  'data_mismatch',
  'unknown_transaction',
  'already_void',
  'quantity_exceeded',
  'amount_exceeded',
  'unknown_shift',
  'shift_closed',
])
export type RefusalKind = v.InferOutput<typeof refusalKindSchema>

/** `{"stock:1386": 8, "inventory:6486": 4}`: each record's version after the operation (rule S10). */
export const recordVersionsSchema = v.record(v.string(), versionSchema)
export type RecordVersions = v.InferOutput<typeof recordVersionsSchema>

export const syncResultSchema = v.object({
  offline_id: v.nullable(v.string()),
  type: operationTypeSchema,
  success: v.boolean(),
  server_id: v.nullish(idSchema, null),
  transaction_code: v.nullish(v.string(), null),
  /** In words, for a person. */
  error: v.nullish(v.string(), null),
  error_kind: v.fallback(v.nullish(refusalKindSchema, null), 'invalid'),
  conflict_detected: v.optional(v.boolean(), false),
  epoch: v.nullish(epochSchema, null),
  seq: v.nullish(seqSchema, null),
  versions: v.nullish(recordVersionsSchema, null),
})
export type SyncResult = v.InferOutput<typeof syncResultSchema>

export const syncConflictSchema = v.object({
  conflict_id: v.union([idSchema, v.string()]),
  offline_id: v.nullable(v.string()),
  conflict_type: v.picklist(['duplicate', 'data_mismatch', 'constraint_violation']),
  resolution_strategy: v.picklist(['keep_server', 'keep_local', 'merge']),
})
export type SyncConflict = v.InferOutput<typeof syncConflictSchema>

export const batchSyncAnswerSchema = v.object({
  code: v.number(),
  data: v.object({
    success: v.boolean(),
    total_items: v.number(),
    success_count: v.number(),
    failed_count: v.number(),
    results: v.array(syncResultSchema),
    conflicts: v.optional(v.array(syncConflictSchema), []),
    synced_at: v.string(),
    epoch: v.nullish(epochSchema, null),
    /** The server's word on how far the log had come by then, the results included (rule S6). */
    log: v.optional(v.object({ epoch: epochSchema, seq: seqSchema, mark: markSchema })),
  }),
})
export type BatchSyncOutcome = v.InferOutput<typeof batchSyncAnswerSchema>['data']

/** `POST …/resolve-conflict`: a person's decision. `approved_by`: the member of staff who made it. */
export const resolveConflictRequestSchema = v.object({
  conflict_id: v.union([idSchema, v.pipe(v.string(), v.minLength(1), v.maxLength(64))]),
  resolution: v.picklist(['keep_server', 'keep_local']),
  reason: v.nullish(shortText, null),
  approved_by: staffIdSchema,
})
export type ResolveConflictRequest = v.InferOutput<typeof resolveConflictRequestSchema>

export const resolveConflictAnswerSchema = v.object({
  code: v.number(),
  data: v.object({
    conflict_id: v.union([idSchema, v.string()]),
    resolution: v.picklist(['keep_server', 'keep_local']),
    /** The verdict on what the counter holds: what it stores as the operation's result. */
    result: syncResultSchema,
  }),
})

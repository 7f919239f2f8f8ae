/**
 * Sales as a counter uploads them, with what is paid, voided and refunded of them (specification section 3: batch-sync;
 * architecture: Shapes). Names of the specification are kept to the letter; what this product adds is optional, so that a body
 * of nothing but the specification's fields is valid.
 */
import * as v from 'valibot'
import {
  approvalProofSchema,
  deviceIdSchema,
  methodSchema,
  positiveRupiahSchema,
  reasonSchema,
  shortText,
  staffIdSchema,
} from './operation-fields.ts'
import {
  codeSchema,
  idSchema,
  nameSchema,
  offlineIdSchema,
  priceSchema,
  quantitySchema,
  rupiahSchema,
  timestampSchema,
} from './values.ts'

/** Lines of one sale. */
export const SALE_ITEMS_MAX = 500

/** The methods that the counter offers; a server accepts any name. */
export const PAYMENT_METHODS = ['CASH', 'QRIS', 'GOPAY', 'OVO', 'DANA', 'CARD', 'TRANSFER'] as const
export type PaymentMethod = (typeof PAYMENT_METHODS)[number]

const positiveQuantitySchema = v.pipe(quantitySchema, v.minValue(0.001))

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

/**
 * REST bodies (specification section 3, architecture: Shapes). Every answer is `{code, data}` or
 * `{code, error: {kind, message}}`; `code` repeats the HTTP status.
 */
import * as v from 'valibot'
import { inventorySchema } from './records/inventory.ts'
import { productSchema } from './records/product.ts'
import { settingsSchema } from './records/settings.ts'
import { staffSchema } from './records/staff.ts'
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

/** Paths, spelled once for browser, worker and server. */
export const PATHS = {
  products: '/api/v1/master/product',
  inventory: '/api/v1/master/inventory',
  staff: '/api/v1/master/staff',
  checksums: '/api/v1/master/checksum',
  changes: '/api/v1/changes',
  transactions: '/api/v1/transaction',
  enroll: '/api/v1/device/enroll',
  me: '/api/v1/device/me',
  deviceKey: '/api/v1/device/key',
  mqttPassword: '/api/v1/device/mqtt-password',
  proofNonce: '/api/v1/device/nonce',
  adjustment: '/api/v1/inventory/adjustment',
  settings: '/api/v1/settings',
  batchSync: '/api/v1/pos/offline/batch-sync',
  resolveConflict: '/api/v1/pos/offline/resolve-conflict',
  staffSession: '/api/v1/staff/session',
} as const

export const PAGE_LIMIT_DEFAULT = 200
export const PAGE_LIMIT_MAX = 1000

/** Every way in which a request can be refused, on all endpoints. A client decides by `kind`, never by `message`. */
export const errorKindSchema = v.picklist([
  'invalid_request',
  'unauthorized',
  'device_revoked',
  'proof_needed',
  'forbidden',
  'not_found',
  'conflict',
  'pairing_code_unknown',
  'pairing_code_used',
  'pairing_code_expired',
  'log_expired',
  'too_large',
  'too_many_requests',
  'staff_sign_in_needed',
  'pin_wrong',
  'pin_taken',
  'pin_weak',
  'pin_change_needed',
  'last_owner',
  'unavailable',
  'internal',
])
export type ErrorKind = v.InferOutput<typeof errorKindSchema>

export const errorAnswerSchema = v.object({
  code: v.number(),
  error: v.object({ kind: v.fallback(errorKindSchema, 'internal'), message: v.string() }),
})
export type ErrorAnswer = v.InferOutput<typeof errorAnswerSchema>

/** The envelope of a successful answer. */
export const answerSchema = <T extends v.GenericSchema>(data: T) => v.object({ code: v.number(), data })

/**
 * A page's place in the log (rule R4): `seq` and `epoch` are read in the page's snapshot. Other MStore backends send no
 * `meta` at all; then the last row's id and the row count say how to go on.
 */
export const pageMetaSchema = v.object({
  last_id: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  has_more: v.boolean(),
  total: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  seq: v.optional(seqSchema),
  epoch: v.optional(epochSchema),
})
export type PageMeta = v.InferOutput<typeof pageMetaSchema>

export const pageSchema = <T extends v.GenericSchema>(row: T) =>
  v.object({ code: v.number(), data: v.array(row), meta: v.optional(pageMetaSchema) })

export const productPageSchema = pageSchema(productSchema)
export const inventoryPageSchema = pageSchema(inventorySchema)
export type ProductPage = v.InferOutput<typeof productPageSchema>
export type InventoryPage = v.InferOutput<typeof inventoryPageSchema>

export const CHECKSUM_SIZE_MAX = 5000

/**
 * `GET /master/checksum?resource&after&upto&size` (rule R2): the records after id `after`, up to `upto`, in ranges of `size` records.
 * A range begins where the one before ends; `up_to` null: it reaches to the end of all ids. `checksum`: the first 16 hexadecimal
 * digits of SHA-256 over `id:version` of each record by id with commas between (of products `id:version:stock_version`; the
 * settings are record 1).
 */
export const checksumRangeSchema = v.object({
  up_to: v.nullable(idSchema),
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  checksum: v.pipe(v.string(), v.hexadecimal(), v.length(16)),
})
export type ChecksumRange = v.InferOutput<typeof checksumRangeSchema>

export const checksumAnswerSchema = v.object({
  code: v.number(),
  data: v.pipe(v.array(checksumRangeSchema), v.minLength(1)),
  meta: v.object({ seq: seqSchema, epoch: epochSchema }),
})

export const settingsAnswerSchema = answerSchema(settingsSchema)

export const staffAnswerSchema = answerSchema(v.array(staffSchema))

/** Events stay unparsed here: each is parsed by itself, so that one malformed event does not refuse the answer (rule C1). */
export const changesAnswerSchema = answerSchema(
  v.object({
    events: v.array(v.unknown()),
    last_seq: seqSchema,
    has_more: v.boolean(),
    epoch: epochSchema,
    /** The server's word that the log has reached `last_seq`; shown to it again as `seen` (rule S6). */
    mark: v.optional(markSchema),
  }),
)
export type Changes = v.InferOutput<typeof changesAnswerSchema>['data']

export const PAIRING_CODE_LENGTH = 8

/** As a browser exports it; what else stands in it is passed over. */
export const publicKeySchema = v.object({ kty: v.string(), crv: v.string(), x: v.string(), y: v.string() })

export type PublicKey = v.InferOutput<typeof publicKeySchema>

/** A device that was enrolled without a key shows one. */
export const deviceKeyRequestSchema = v.object({ public_key: publicKeySchema })

export const enrollRequestSchema = v.object({
  pairing_code: v.pipe(v.string(), v.maxLength(32)),
  device_name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
  /** The key that the token is bound to from the beginning (RFC 9449): a public key on P-256 as a JWK. */
  public_key: v.optional(publicKeySchema),
})
export type EnrollRequest = v.InferOutput<typeof enrollRequestSchema>

const namedCodeSchema = v.object({ code: codeSchema, name: nameSchema })

/** `held`: the password that the broker has refused. */
export const mqttPasswordRequestSchema = v.object({ held: v.optional(v.pipe(v.string(), v.maxLength(512))) })

/** A new password for the broker; null: the one that is held is right, and the broker has been told so. */
export const mqttPasswordAnswerSchema = answerSchema(
  v.object({ mqtt_password: v.nullable(v.pipe(v.string(), v.minLength(16))) }),
)

/**
 * Who this device is and where its broker is. `protocol_version` 4 is MQTT 3.1.1, 5 is MQTT v5; `keepalive` in seconds;
 * `own_password`: the broker's password is asked for (`PATHS.mqttPassword`). Absent: it is the token.
 */
export const deviceProfileSchema = v.object({
  device_id: v.string(),
  device_name: v.optional(v.string()),
  merchant: namedCodeSchema,
  branch: namedCodeSchema,
  env: codeSchema,
  mqtt: v.object({
    url: v.string(),
    protocol_version: v.picklist([4, 5]),
    username: v.string(),
    keepalive: v.pipe(v.number(), v.integer(), v.minValue(5)),
    own_password: v.optional(v.boolean()),
  }),
})
export type DeviceProfile = v.InferOutput<typeof deviceProfileSchema>

export const enrollAnswerSchema = answerSchema(
  v.object({ ...deviceProfileSchema.entries, device_secret_token: v.pipe(v.string(), v.minLength(16)) }),
)
export type Enrollment = v.InferOutput<typeof enrollAnswerSchema>['data']

/** `key_bound`: the token is good only together with the device's key. Absent: that backend knows of no keys. */
export const meAnswerSchema = answerSchema(
  v.object({ ...deviceProfileSchema.entries, key_bound: v.optional(v.boolean()) }),
)

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

/** Header that carries a staff token beside the device's own: what the owner's pages need. */
export const STAFF_TOKEN_HEADER = 'x-staff-token'
/** A UUID of the sender's for a request that takes long: the same again is the same request, and gets the same answer. */
export const IDEMPOTENCY_HEADER = 'idempotency-key'

/** The form of a PIN; which one a role may choose is src/domain/pin-rules.ts. */
export const pinSchema = v.pipe(v.string(), v.regex(/^\d{4,12}$/, 'a PIN has 4 to 12 digits'))

/**
 * Exchanges a PIN for a short-lived staff token; 403 `pin_wrong`, 429 with Retry-After after five wrong ones at this device. An
 * owner's PIN of before the rules is answered with 403 `pin_change_needed`: it is right, and opens nothing but the same request
 * with a `new_pin` (400 `pin_weak`, 409 `pin_taken`).
 */
export const staffSessionRequestSchema = v.object({
  staff_id: idSchema,
  pin: pinSchema,
  new_pin: v.optional(pinSchema),
  /** A public key on P-256 whose private half this PIN opens at this device: it proves approvals from now on. */
  approval_key: v.optional(publicKeySchema),
})
export const staffSessionAnswerSchema = answerSchema(
  v.object({
    staff_token: v.pipe(v.string(), v.minLength(16)),
    expires_at: v.string(),
    staff: v.object({
      id: idSchema,
      name: nameSchema,
      role: v.picklist(['cashier', 'supervisor', 'owner']),
      /** Of the record whose PIN was checked. */
      version: v.optional(versionSchema),
    }),
    /** The thumbprint (RFC 7638) of the approval key that was taken; absent: none was, by this person's role or this server. */
    approval_key: v.optional(v.string()),
  }),
)
export type StaffSession = v.InferOutput<typeof staffSessionAnswerSchema>['data']

export const settingsRequestSchema = v.object({
  values: v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(100)), v.unknown()),
  updated_at: timestampSchema,
})

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
})
export type Transaction = v.InferOutput<typeof transactionSchema>
export const transactionListSchema = answerSchema(v.array(transactionSchema))

// --- Admin -----------------------------------------------------------------------------------------------------------

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

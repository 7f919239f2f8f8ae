/**
 * The owner's pages (architecture: Shapes). Every path below needs the device's token and, in STAFF_TOKEN_HEADER, the token of
 * an owner of the same branch; without it the answer is 403 `staff_sign_in_needed`.
 */
import * as v from 'valibot'
import { productPatchSchema, productRequestSchema } from './admin.ts'
import { inventorySchema } from './records/inventory.ts'
import { productSchema } from './records/product.ts'
import { answerSchema } from './rest.ts'
import { idSchema, offlineIdSchema, quantitySchema, versionSchema } from './values.ts'

const OWNER = '/api/v1/owner'

/** Spelled once for browser and server. */
export const OWNER_PATHS = {
  signOut: `${OWNER}/sign-out`,
  products: `${OWNER}/product`,
  productImport: `${OWNER}/product/import`,
  productExport: `${OWNER}/product/export`,
  receiving: `${OWNER}/receiving`,
  stocktake: `${OWNER}/stocktake`,
} as const

/** `PATCH` of one product. */
export function ownerProductPath(id: number): string {
  return `${OWNER_PATHS.products}/${id}`
}

// --- Products ----------------------------------------------------------------------------------------------------------

const { branch_code: _branch, reason: _reason, ...newProductFields } = productRequestSchema.entries
export const ownerProductRequestSchema = v.object({ ...newProductFields, request_id: offlineIdSchema })
export type OwnerProductRequest = v.InferInput<typeof ownerProductRequestSchema>

/** Stock is not among the fields: it changes by receiving and stocktake. */
const { stock: _stock, reason: _patchReason, ...patchFields } = productPatchSchema.entries
/** `version`: the one that was edited. When it is not the current one any more, 409 `conflict` and nothing is written. */
export const ownerProductPatchSchema = v.object({ ...patchFields, version: v.optional(versionSchema) })
export type OwnerProductPatch = v.InferInput<typeof ownerProductPatchSchema>

export const ownerProductAnswerSchema = answerSchema(productSchema)

/** Most characters of a file. */
export const IMPORT_CHARACTERS_MAX = 10_000_000

/** The file as text. A dry run changes nothing and says what would change. */
export const ownerImportRequestSchema = v.object({
  csv: v.pipe(v.string(), v.maxLength(IMPORT_CHARACTERS_MAX)),
  /** Of the problems' words. */
  language: v.optional(v.picklist(['id', 'en']), 'id'),
  dry_run: v.boolean(),
})

const lineProblemSchema = v.object({ line: v.number(), reason: v.string() })

/** One line of the preview. `before` and `after` hold only the fields that differ; a new product has no `before`. */
export const importChangeSchema = v.object({
  line: v.number(),
  kind: v.picklist(['create', 'update']),
  product_id: v.nullable(idSchema),
  name: v.string(),
  before: v.record(v.string(), v.unknown()),
  after: v.record(v.string(), v.unknown()),
})
export type ImportChange = v.InferOutput<typeof importChangeSchema>

/** With problems nothing is written, dry run or not. `changes` are the first IMPORT_PREVIEW_LINES of them. */
export const ownerImportAnswerSchema = answerSchema(
  v.object({
    dry_run: v.boolean(),
    created: v.number(),
    updated: v.number(),
    unchanged: v.number(),
    problems: v.array(lineProblemSchema),
    changes: v.array(importChangeSchema),
  }),
)
export type ImportOutcome = v.InferOutput<typeof ownerImportAnswerSchema>['data']
export const IMPORT_PREVIEW_LINES = 200

// --- Goods received, stock counted ----------------------------------------------------------------------------------------

export const STOCK_LINES_MAX = 500
const noteSchema = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)), '')

/** Which place of a product; null where the product has none yet: then the server makes its first. */
const placeFields = { product_id: idSchema, inventory_id: v.nullable(idSchema) }

/** Goods that came in: each quantity is added. The same `request_id` again is not booked twice. */
export const receivingRequestSchema = v.object({
  request_id: offlineIdSchema,
  note: noteSchema,
  lines: v.pipe(
    v.array(v.object({ ...placeFields, quantity: v.pipe(quantitySchema, v.minValue(0.001)) })),
    v.minLength(1),
    v.maxLength(STOCK_LINES_MAX),
  ),
})
export type ReceivingRequest = v.InferInput<typeof receivingRequestSchema>

/**
 * A count. `shown` is the quantity that stood on the counting device's screen at that moment; the server books
 * `counted − shown` on top of what it has now, so that a sale made since then is not lost.
 */
export const stocktakeRequestSchema = v.object({
  request_id: offlineIdSchema,
  note: noteSchema,
  lines: v.pipe(
    v.array(v.object({ ...placeFields, shown: quantitySchema, counted: v.pipe(quantitySchema, v.minValue(0)) })),
    v.minLength(1),
    v.maxLength(STOCK_LINES_MAX),
  ),
})
export type StocktakeRequest = v.InferInput<typeof stocktakeRequestSchema>

/** What was booked: a line for each that changed something, with the place as it is afterwards. */
export const stockBookingAnswerSchema = answerSchema(
  v.object({
    document_id: idSchema,
    lines: v.array(v.object({ product_id: idSchema, delta: quantitySchema, inventory: inventorySchema })),
  }),
)
export type StockBooking = v.InferOutput<typeof stockBookingAnswerSchema>['data']

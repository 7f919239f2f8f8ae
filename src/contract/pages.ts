/**
 * What a device loads of the branch's records by REST (rules R2, R4): pages with their place in the log, lists, checksums to compare
 * without loading, and the changes after a gap.
 */
import * as v from 'valibot'
import { inventorySchema } from './records/inventory.ts'
import { productSchema } from './records/product.ts'
import { settingsSchema } from './records/settings.ts'
import { staffSchema } from './records/staff.ts'
import { answerSchema } from './rest.ts'
import { transactionSchema } from './transactions.ts'
import { epochSchema, idSchema, markSchema, seqSchema } from './values.ts'

export const PAGE_LIMIT_DEFAULT = 200
export const PAGE_LIMIT_MAX = 1000

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
export const transactionPageSchema = pageSchema(transactionSchema)
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

/** `GET /changes`. Events stay unparsed in it: each is parsed by itself, so that one malformed event does not refuse the answer (rule C1). */
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

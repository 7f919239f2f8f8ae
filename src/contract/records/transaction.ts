import * as v from 'valibot'
import { type Transaction, transactionSchema } from '../transactions.ts'
import { idSchema, offlineIdSchema, quantitySchema, rupiahSchema, versionSchema } from '../values.ts'
import { optionalText } from './change-fields.ts'
import {
  declareRecord,
  isTextOrNull,
  isTime,
  onEvent,
  type RecordNews,
  type StoredFields,
  timeOf,
} from './record-kind.ts'

const transactionItemSchema = v.object({
  product_id: idSchema,
  quantity: quantitySchema,
  price: rupiahSchema,
})

/**
 * `data` of `transaction_created` and `transaction_updated` (specification section 1). The specification's own has no version; the
 * server's of a refund has none either, because a refund is part of its sale's row.
 */
export const transactionEventSchema = v.object({
  transaction_id: idSchema,
  transaction_code: optionalText,
  /** With `op` and `versions`: the last operation on the transaction; of a void its own id. */
  offline_id: v.nullish(offlineIdSchema),
  /** The sale that it is about. */
  transaction_offline_id: v.nullish(offlineIdSchema),
  status: optionalText,
  grand_total: v.nullish(rupiahSchema),
  created_by: optionalText,
  device_id: optionalText,
  items: v.nullish(v.array(transactionItemSchema)),
  op: v.nullish(v.picklist(['sale', 'void', 'refund'])),
  /** `{"stock:1386": 8}`: each record's version after the operation (rule S10). */
  versions: v.nullish(v.record(v.string(), versionSchema)),
  version: v.optional(versionSchema),
})
export type TransactionEvent = v.InferOutput<typeof transactionEventSchema>

/**
 * A sale of the branch. What an event tells is stored at once, beside the row that was there; the row, with payments, names, void and
 * refunds, is fetched and takes the place of both. As texts of JSON, because a list of 100,000 is searched through: a text costs a
 * tenth of what an object costs to read.
 */
export const TRANSACTION = declareRecord({
  name: 'transaction',
  table: 'branchSales',
  indexes: ['at', 'offline_id'],
  since: 4,
  fields: { at: isTime, offline_id: isTextOrNull, row: isTextOrNull, told: isTextOrNull },
  resource: 'transaction',
  row: transactionSchema,
  fromRow: wholeSale,
  events: ['transaction_created', 'transaction_updated'].map((type) =>
    onEvent(type, transactionEventSchema, {
      news: saleTold,
      products: ({ items }) => productsIn(items),
      operation: ({ offline_id: offlineId, versions }) =>
        offlineId && versions ? { offline_id: offlineId, versions } : null,
    }),
  ),
  products: (record) => productsIn(storedSale(record)?.items),
  changedAt: (record) => lastChange(storedSale(record)),
})

function wholeSale(sale: Transaction) {
  const whole = { at: soldAt(sale), offline_id: sale.offline_id, row: JSON.stringify(sale), told: null }
  return { id: sale.id, version: sale.version, whole }
}

function saleTold(data: TransactionEvent, at: number): RecordNews | null {
  if (data.op === 'refund') return null
  const own = data.op === 'void' ? null : data.offline_id
  return {
    id: data.transaction_id,
    version: data.version,
    part: { told: JSON.stringify(data) },
    rest: { at, offline_id: data.transaction_offline_id ?? own ?? null, row: null },
  }
}

/** A counter's clock may be years off (docs/selling.md): later than the booking, or more than this before it, it is not believed. */
const CREDIBLE_MS = 90 * 24 * 60 * 60 * 1000

function soldAt({ created_at: booked, created_at_device: told }: Transaction): number {
  const bookedAt = timeOf(booked) ?? 0
  const toldAt = timeOf(told)
  return toldAt !== null && toldAt <= bookedAt && toldAt > bookedAt - CREDIBLE_MS ? toldAt : bookedAt
}

/** The server's row of a stored sale; null: there is none yet, or it can't be read. */
function storedSale({ row }: StoredFields): Transaction | null {
  try {
    const { success, output } = v.safeParse(transactionSchema, JSON.parse(String(row)))
    return success ? output : null
  } catch {
    return null
  }
}

/** Each product once, in the order of the lines. */
function productsIn(items: readonly { readonly product_id: number }[] | null | undefined): number[] {
  return [...new Set(items?.map(({ product_id: id }) => id))]
}

/** The booking's, or of the last refund's. Of a void the row tells the counter's time, not the server's. */
function lastChange(sale: Transaction | null): number | null {
  if (sale === null || sale.voided) return null
  const times = [sale, ...(sale.refunds ?? [])].map(({ created_at: at }) => timeOf(at) ?? 0)
  return Math.max(...times) || null
}

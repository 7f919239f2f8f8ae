/** A kept sale as the server tells sales, from its stored texts: its row, and what an event told since. Pure. */
import * as v from 'valibot'
import { type TransactionEvent, transactionEventSchema } from '../contract/records/transaction.ts'
import { type Transaction, transactionSchema } from '../contract/transactions.ts'
import type { BranchSaleRow } from './rows.ts'

/** Null for a row whose texts are none of a sale. */
export function parseStoredSale({ id, at, offline_id: offlineId, row, told }: BranchSaleRow): Transaction | null {
  const sale = parseText(transactionSchema, row)
  const news = parseText(transactionEventSchema, told)
  if (sale) return news ? { ...sale, ...newsOf(news) } : sale
  return news ? outline({ id, at, offlineId }, news) : null
}

/** In lower case, a line each: what a person may look for. */
export function searchTextOf({ transaction_code: code, refunds, ...sale }: Transaction): string {
  return [
    code,
    sale.offline_reference ?? '',
    sale.offline_id ?? '',
    String(sale.grand_total),
    ...sale.items.map(({ product_name: name }) => name ?? ''),
    ...sale.payments.map(({ reference }) => reference ?? ''),
    ...(refunds ?? []).flatMap((refund) => [refund.offline_reference ?? '', refund.transaction_code ?? '']),
  ]
    .join('\n')
    .toLocaleLowerCase()
}

/** What an event tells that a row may not have yet. */
function newsOf({ status, grand_total: total }: TransactionEvent): Partial<Transaction> {
  return { ...(status == null ? {} : { status }), ...(total == null ? {} : { grand_total: total }) }
}

/** A sale of which no more is known than its event told: no names, no payments. */
function outline(
  { id, at, offlineId }: { readonly id: number; readonly at: number; readonly offlineId: string | null },
  news: TransactionEvent,
): Transaction | null {
  const items = news.items ?? []
  return parse(transactionSchema, {
    id,
    transaction_code: news.transaction_code ?? `#${id}`,
    offline_id: offlineId,
    offline_reference: null,
    status: news.status ?? 'paid',
    grand_total: news.grand_total ?? Math.round(items.reduce((sum, { quantity, price }) => sum + quantity * price, 0)),
    items,
    payments: [],
    device_id: news.device_id ?? null,
    created_by: news.created_by ?? null,
    created_at: new Date(at).toISOString(),
    created_at_device: null,
  })
}

function parseText<S extends v.GenericSchema>(schema: S, text: string | null): v.InferOutput<S> | null {
  if (text === null) return null
  try {
    return parse(schema, JSON.parse(text))
  } catch {
    return null
  }
}

function parse<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> | null {
  const parsed = v.safeParse(schema, input)
  return parsed.success ? parsed.output : null
}

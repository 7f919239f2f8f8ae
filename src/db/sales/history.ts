/** What this device sold, voided and refunded, as its history lists it. Live for as long as a screen looks. */
import { useLiveQuery } from '../use-live-query.ts'
import type { SalesDb } from './sales-db.ts'
import type { OperationRow } from './sales-rows.ts'

/** One sale with what was recorded about it here, oldest first. */
export interface DeviceSale {
  readonly sale: OperationRow
  readonly about: readonly OperationRow[]
}

export interface DeviceHistoryFilter {
  readonly branchCode: string
  /** Client time, ms: from the first inclusive to the second exclusive; null: all days. */
  readonly day: { readonly from: number; readonly until: number } | null
  /** Found in reference, code, product names, payment reference or total; '': everything. */
  readonly text: string
  readonly limit: number
}

/** The newest `limit` sales that match, newest first, and whether there are more. Undefined while loading. */
export function useDeviceSales(
  db: SalesDb,
  { branchCode, day, text, limit }: DeviceHistoryFilter,
): { readonly sales: readonly DeviceSale[]; readonly hasMore: boolean } | undefined {
  const from = day?.from ?? null
  const until = day?.until ?? null
  return useLiveQuery(
    db,
    () =>
      readDeviceSales(db, { branchCode, day: from === null || until === null ? null : { from, until }, text, limit }),
    [db, branchCode, from, until, text, limit],
  )
}

/** What useDeviceSales shows, once. */
export async function readDeviceSales(
  db: SalesDb,
  { branchCode, day, text, limit }: DeviceHistoryFilter,
): Promise<{ sales: DeviceSale[]; hasMore: boolean }> {
  const wanted = text.trim().toLocaleLowerCase()
  const matches = (row: OperationRow) =>
    row.kind === 'sale' && row.branch_code === branchCode && (wanted === '' || searchTextOf(row).includes(wanted))
  const table = db.operations
  // One day is a short piece of the whole: read by its own index, and put in order here.
  const found =
    day === null
      ? await table
          .where('[kind+place]')
          .between(['sale', 0], ['sale', Number.POSITIVE_INFINITY])
          .reverse()
          .filter(matches)
          .limit(limit + 1)
          .toArray()
      : (await table.where('created_at').between(day.from, day.until, true, false).filter(matches).toArray())
          .toSorted((a, b) => b.place - a.place)
          .slice(0, limit + 1)
  const sales = found.slice(0, limit)
  const about = await table
    .where('about')
    .anyOf(sales.map(({ offline_id: id }) => id))
    .sortBy('place')
  return {
    sales: sales.map((sale) => ({ sale, about: about.filter((row) => row.about === sale.offline_id) })),
    hasMore: found.length > limit,
  }
}

/**
 * What this device knows of one sale: its own record of it (null when another counter made it) and what was recorded about
 * it here, oldest first. Undefined while loading.
 */
export function useSaleHere(
  db: SalesDb,
  saleId: string,
): { readonly sale: OperationRow | null; readonly about: readonly OperationRow[] } | undefined {
  return useLiveQuery(db, () => readSaleHere(db, saleId), [db, saleId])
}

/** What useSaleHere shows, once. */
export async function readSaleHere(
  db: SalesDb,
  saleId: string,
): Promise<{ sale: OperationRow | null; about: OperationRow[] }> {
  const table = db.operations
  const [row, about] = await Promise.all([table.get(saleId), table.where('about').equals(saleId).sortBy('place')])
  return { sale: row?.kind === 'sale' ? row : null, about }
}

function searchTextOf({ content, result }: OperationRow): string {
  if (content.type !== 'sale') return ''
  const { sale, payments } = content
  return [
    sale.offline_reference,
    result?.transaction_code ?? '',
    String(sale.grand_total),
    ...sale.items.map(({ product_name: name }) => name ?? ''),
    ...payments.map(({ reference }) => reference ?? ''),
  ]
    .join('\n')
    .toLocaleLowerCase()
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'preact/compat'
import type { Transaction } from '../../contract/transactions.ts'
import { useDeviceSales } from '../../db/sales/history.ts'
import { useMeta } from '../../db/use-meta.ts'
import { startOfShopDay } from '../../domain/shop-day.ts'
import { readBranchSales } from '../shared/sales/branch-sales.ts'
import { useServices } from '../shared/services.ts'
import type { HistoryFilter } from './history-filter.ts'
import { type PastSale, saleFromBranch, saleFromHere, withBranch } from './past-sale.ts'

const PAGE = 50
const DAY_MS = 86_400_000
/** Interval of the refetch, ms: other counters go on selling. */
const REFRESH_MS = 30_000
const RETRY_MS = 5_000

export interface History {
  /** Newest first. Undefined while loading. */
  readonly sales: readonly PastSale[] | undefined
  /** `out-of-reach`: nothing of the other counters is known; `stale`: their newest sales may be missing. */
  readonly others: 'not-asked' | 'loading' | 'known' | 'stale' | 'out-of-reach'
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  loadMore(): void
}

/** This device's sales, live; with `scope` all also the branch's, page by page from the server. */
export function useHistory({ scope, day, text }: HistoryFilter): History {
  const { db, salesDb, http } = useServices()
  const branchCode = useMeta(db, 'device')?.branch.code ?? ''
  const [pages, setPages] = useState(1)
  const from = day === '' ? null : startOfShopDay(day)
  const here = useDeviceSales(salesDb, {
    branchCode,
    day: from === null ? null : { from, until: from + DAY_MS },
    text,
    limit: pages * PAGE,
  })
  const branch = useInfiniteQuery({
    queryKey: ['branch-sales', day, text],
    enabled: scope === 'all',
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      readBranchSales(http, { limit: PAGE, day, text, ...(pageParam === 0 ? {} : { before_id: pageParam }) }),
    getNextPageParam: (page: readonly Transaction[]) => (page.length < PAGE ? undefined : page.at(-1)?.id),
    refetchInterval: ({ state }) => (state.status === 'error' ? RETRY_MS : REFRESH_MS),
  })
  const own = useMemo(() => here?.sales.flatMap(({ sale, about }) => saleFromHere(sale, about) ?? []), [here])
  const listed = branch.data?.pages
  const all = useMemo(() => listed && own && merge(listed.flat(), own), [listed, own])
  if (scope === 'here' || all === undefined) {
    return {
      sales: scope === 'all' && branch.isPending ? undefined : own,
      others: scope === 'here' ? 'not-asked' : branch.isError ? 'out-of-reach' : 'loading',
      hasMore: here?.hasMore ?? false,
      isLoadingMore: false,
      loadMore: () => setPages((count) => count + 1),
    }
  }
  return {
    sales: all,
    others: branch.isError ? 'stale' : 'known',
    hasMore: branch.hasNextPage,
    isLoadingMore: branch.isFetchingNextPage,
    loadMore: () => void branch.fetchNextPage(),
  }
}

/** The server's list, each sale of this device as it is known here; what the server does not have yet stands on top. */
function merge(listed: readonly Transaction[], own: readonly PastSale[]): PastSale[] {
  const here = new Map(own.map((sale) => [sale.saleId, sale]))
  const known = new Set(listed.map(({ offline_id: id }) => id))
  const unsent = own.filter(({ saleId, standing }) => standing !== 'confirmed' && !known.has(saleId))
  return [
    ...unsent,
    ...listed.map((sale) => {
      const mine = here.get(sale.offline_id)
      return mine ? withBranch(mine, sale) : saleFromBranch(sale, [])
    }),
  ].toSorted((a, b) => b.at - a.at)
}

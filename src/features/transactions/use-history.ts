import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'preact/compat'
import type { Transaction } from '../../contract/transactions.ts'
import { useDeviceSales } from '../../db/sales/history.ts'
import { useKeptSales } from '../../db/use-branch-sales.ts'
import { useMeta } from '../../db/use-meta.ts'
import { startOfShopDay } from '../../domain/shop-day.ts'
import { readBranchSales } from '../shared/sales/branch-sales.ts'
import { useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'
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
  /** The server, which alone has the sales from before what is kept here, is out of reach. */
  readonly isOlderMissing: boolean
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  loadMore(): void
}

/**
 * This device's sales, live; with `scope` all also the branch's: those of the last days from what is kept here, live too, and the older
 * ones page by page from the server. As long as they are not kept whole the server is asked for all of them.
 */
export function useHistory({ scope, day, text }: HistoryFilter): History {
  const { db, salesDb, http, status } = useServices()
  const branchCode = useMeta(db, 'device')?.branch.code ?? ''
  const isKept = useMeta(db, 'history') != null
  const isOffline = useObservable(status, ({ state }) => state === 'offline')
  const [pages, setPages] = useState(1)
  const limit = pages * PAGE
  const from = day === '' ? null : startOfShopDay(day)
  const range = from === null ? null : { from, until: from + DAY_MS }
  const here = useDeviceSales(salesDb, { branchCode, day: range, text, limit })
  const kept = useKeptSales(db, { day: range, text, limit: scope === 'all' ? limit : 0 })
  const firstKept = (isKept && kept?.firstId) || 0
  const older = useInfiniteQuery({
    queryKey: ['branch-sales', day, text, firstKept],
    enabled: scope === 'all' && kept !== undefined && !(isKept && kept.hasMore),
    initialPageParam: firstKept,
    queryFn: ({ pageParam }) =>
      readBranchSales(http, { limit: PAGE, day, text, ...(pageParam === 0 ? {} : { before_id: pageParam }) }),
    getNextPageParam: (page: readonly Transaction[]) => (page.length < PAGE ? undefined : page.at(-1)?.id),
    refetchInterval: ({ state }) => (state.status === 'error' ? RETRY_MS : !isKept && REFRESH_MS),
  })
  const own = useMemo(() => here?.sales.flatMap(({ sale, about }) => saleFromHere(sale, about) ?? []), [here])
  const asked = older.data?.pages
  const all = useMemo(() => {
    if (!own || !kept || (!asked && kept.sales.length === 0)) return undefined
    return merge(listed(kept.sales, asked?.flat() ?? [], isKept), own)
  }, [own, kept, asked, isKept])
  const isOlderMissing = scope === 'all' && isKept && kept?.hasMore === false && older.isError
  const isStale = isKept && isOffline
  const isMoreHere = (scope === 'here' ? here?.hasMore : kept?.hasMore) ?? false
  if (scope === 'here' || all === undefined) {
    const isPending = scope === 'all' && (kept === undefined || older.isPending)
    return {
      sales: isPending ? undefined : own,
      others:
        scope === 'here'
          ? 'not-asked'
          : isPending
            ? 'loading'
            : isStale
              ? 'stale'
              : older.isError && !isKept
                ? 'out-of-reach'
                : 'known',
      isOlderMissing,
      hasMore: isMoreHere,
      isLoadingMore: false,
      loadMore: () => setPages((count) => count + 1),
    }
  }
  return {
    sales: all,
    others: isStale || (!isKept && older.isError) ? 'stale' : 'known',
    isOlderMissing,
    hasMore: isMoreHere || older.hasNextPage,
    isLoadingMore: older.isFetchingNextPage,
    loadMore: () => (isMoreHere ? setPages((count) => count + 1) : void older.fetchNextPage()),
  }
}

/** What is kept and what the server told, each sale once. Before all of it is kept, the server knows more of what both have. */
function listed(kept: readonly Transaction[], asked: readonly Transaction[], isKept: boolean): Transaction[] {
  const [first, second] = isKept ? [kept, asked] : [asked, kept]
  const known = new Set(first.map(({ id }) => id))
  return [...first, ...second.filter(({ id }) => !known.has(id))]
}

/** The branch's list, each sale of this device as it is known here; what the server does not have yet stands on top. */
function merge(branch: readonly Transaction[], own: readonly PastSale[]): PastSale[] {
  const here = new Map(own.map((sale) => [sale.saleId, sale]))
  const known = new Set(branch.map(({ offline_id: id }) => id))
  const unsent = own.filter(({ saleId, standing }) => standing !== 'confirmed' && !known.has(saleId))
  return [
    ...unsent,
    ...branch.map((sale) => {
      const mine = here.get(sale.offline_id)
      return mine ? withBranch(mine, sale) : saleFromBranch(sale, [])
    }),
  ].toSorted((a, b) => b.at - a.at)
}

import { useMemo } from 'preact/compat'
import { useSaleHere } from '../../db/sales/history.ts'
import { useBranchSale } from '../shared/sales/branch-sales.ts'
import { useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'
import { type PastSale, saleFromBranch, saleFromHere, withBranch } from './past-sale.ts'

/**
 * One past sale, live. Undefined while loading; null when neither this device nor the server has it. `isComplete` is false
 * while the server can't be asked: another counter may have undone it since.
 */
export function usePastSale(saleId: string): {
  readonly sale: PastSale | null | undefined
  readonly isComplete: boolean
} {
  const { salesDb, status } = useServices()
  const isOffline = useObservable(status, ({ state }) => state === 'offline')
  const here = useSaleHere(salesDb, saleId)
  const branch = useBranchSale(saleId)
  const sale = useMemo(() => {
    if (here === undefined) return undefined
    const own = here.sale && saleFromHere(here.sale, here.about)
    if (own) return withBranch(own, branch.data ?? null)
    if (branch.data) return saleFromBranch(branch.data, here.about)
    return branch.isPending ? undefined : null
  }, [here, branch.data, branch.isPending])
  return { sale, isComplete: branch.isSuccess || (branch.isPending && !isOffline) }
}

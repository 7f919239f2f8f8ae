import { useCallback, useSyncExternalStore } from 'preact/compat'
import type { StockedProduct } from '../../../db/rows.ts'
import { useServices } from '../services.ts'

/** One product as it is now: repaints for that product alone (rule V1). Undefined while loading, null when there is none. */
export function useProductRow(productId: number): StockedProduct | null | undefined {
  const { productRows } = useServices()
  const subscribe = useCallback(
    (listener: () => void) => productRows.subscribe(productId, listener),
    [productRows, productId],
  )
  return useSyncExternalStore(subscribe, () => productRows.get(productId))
}

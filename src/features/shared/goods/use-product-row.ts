import { useCallback, useSyncExternalStore } from 'preact/compat'
import type { StockedProduct } from '../../../db/rows.ts'
import { type StockLevel, stockLevel } from '../../../domain/stock-level.ts'
import { useServices } from '../services.ts'

/** One product as it is now: repaints for that product alone (rule V1). Undefined while loading, null when there is none. */
export function useProductRow(productId: number): StockedProduct | null | undefined {
  return useProductPart(productId, (row) => row)
}

/**
 * Whether there is enough of a product: draws anew when its level changes, and not for every number.
 * @param lowStock at this many or fewer a product is low
 */
export function useStockLevel(productId: number, lowStock: number): StockLevel | null | undefined {
  return useProductPart(productId, (row) => row && stockLevel(row.stock, lowStock))
}

function useProductPart<Part>(productId: number, part: (row: StockedProduct | null | undefined) => Part): Part {
  const { productRows } = useServices()
  const subscribe = useCallback(
    (listener: () => void) => productRows.subscribe(productId, listener),
    [productRows, productId],
  )
  return useSyncExternalStore(subscribe, () => part(productRows.get(productId)))
}

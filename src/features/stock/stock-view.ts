import { createContext, type Dispatch, type SetStateAction, useContext } from 'preact/compat'
import type { CatalogueOrder } from '../shared/goods/catalogue-index.ts'

/** What a person set on the stock screen: kept while other screens are open. */
export interface StockView {
  readonly text: string
  readonly category: string | null
  readonly inactive: boolean
  readonly order: CatalogueOrder
  /** The stock numbers that the order by stock was made from, and when (client time, ms). */
  readonly orderTaken: { readonly at: number; readonly stocks: ReadonlyMap<number, number> } | null
  /** Where the list stood. */
  readonly scrollTop: number
}

export const INITIAL_STOCK_VIEW: StockView = {
  text: '',
  category: null,
  inactive: false,
  order: 'name',
  orderTaken: null,
  scrollTop: 0,
}

export const StockViewContext = createContext<[StockView, Dispatch<SetStateAction<StockView>>] | null>(null)

export function useStockView(): [StockView, Dispatch<SetStateAction<StockView>>] {
  const view = useContext(StockViewContext)
  if (!view) throw new Error('useStockView needs a StockProvider above it')
  return view
}

import {
  createContext,
  type Dispatch,
  type ReactNode,
  type SetStateAction,
  useContext,
  useEffect,
  useState,
} from 'preact/compat'
import { onThaw } from '../../ui/page-life.ts'
import type { CatalogueOrder } from '../shared/goods/catalogue-index.ts'
import { CatalogueContext, createCatalogueStore } from '../shared/goods/catalogue-store.ts'
import { useServices } from '../shared/services.ts'

/** Holds the catalogue and the list's state above the routes, so that coming back to the stock costs nothing. */
export function StockProvider({ children }: { children: ReactNode }) {
  const { db } = useServices()
  const [store] = useState(() => createCatalogueStore(db))
  const view = useState(INITIAL_STOCK_VIEW)
  // The feed is a subscription to the database.
  useEffect(() => store.start(onThaw), [store])
  return (
    <CatalogueContext value={store}>
      <StockViewContext value={view}>{children}</StockViewContext>
    </CatalogueContext>
  )
}

/** The stock screen's state, kept while other screens are open. */
export interface StockView {
  readonly text: string
  readonly category: string | null
  readonly inactive: boolean
  readonly order: CatalogueOrder
  /** The stock numbers behind the order by stock, and when they were read (client time, ms). */
  readonly orderTaken: { readonly at: number; readonly stocks: ReadonlyMap<number, number> } | null
  /** Scroll offset of the list, px. */
  readonly scrollTop: number
}

const INITIAL_STOCK_VIEW: StockView = {
  text: '',
  category: null,
  inactive: false,
  order: 'name',
  orderTaken: null,
  scrollTop: 0,
}

const StockViewContext = createContext<[StockView, Dispatch<SetStateAction<StockView>>] | null>(null)

export function useStockView(): [StockView, Dispatch<SetStateAction<StockView>>] {
  const view = useContext(StockViewContext)
  if (!view) throw new Error('useStockView needs a StockProvider above it')
  return view
}

import { type ReactNode, useEffect, useState } from 'preact/compat'
import { onThaw } from '../../ui/page-life.ts'
import { CatalogueContext, createCatalogueStore } from '../shared/goods/catalogue-store.ts'
import { useServices } from '../shared/services.ts'
import { INITIAL_STOCK_VIEW, StockViewContext } from './stock-view.ts'

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

import { ClipboardCheck, PackagePlus, Store, Tags } from 'lucide-react'
import { lazy } from 'react'
import type { OwnerPage } from '../features/owner-page.ts'

const ProductsPage = lazy(async () => ({
  default: (await import('../features/owner/products-page.tsx')).ProductsPage,
}))
const ReceivingPage = lazy(async () => ({
  default: (await import('../features/owner/stock-task-page.tsx')).ReceivingPage,
}))
const StocktakePage = lazy(async () => ({
  default: (await import('../features/owner/stock-task-page.tsx')).StocktakePage,
}))
const ShopPage = lazy(async () => ({ default: (await import('../features/owner/shop-page.tsx')).ShopPage }))

/** The owner's pages in the order of their navigation; `/owner` opens the first. */
export const OWNER_PAGES: readonly OwnerPage[] = [
  { path: '/owner/products', label: 'owner.navProducts', Icon: Tags, Page: ProductsPage },
  { path: '/owner/receiving', label: 'owner.navReceiving', Icon: PackagePlus, Page: ReceivingPage },
  { path: '/owner/stocktake', label: 'owner.navStocktake', Icon: ClipboardCheck, Page: StocktakePage },
  { path: '/owner/shop', label: 'owner.navSettings', Icon: Store, Page: ShopPage },
]

import ChartColumn from 'lucide-react/icons/chart-column'
import ClipboardCheck from 'lucide-react/icons/clipboard-check'
import PackagePlus from 'lucide-react/icons/package-plus'
import ShieldCheck from 'lucide-react/icons/shield-check'
import Store from 'lucide-react/icons/store'
import TabletSmartphone from 'lucide-react/icons/tablet-smartphone'
import Tags from 'lucide-react/icons/tags'
import Users from 'lucide-react/icons/users'
import { lazy } from 'preact/compat'
import type { OwnerPage } from '../features/owner/session/owner-page.ts'

const ProductsPage = lazy(async () => ({
  default: (await import('../features/owner/goods/products-page.tsx')).ProductsPage,
}))
const ReceivingPage = lazy(async () => ({
  default: (await import('../features/owner/stock/stock-task-page.tsx')).ReceivingPage,
}))
const StocktakePage = lazy(async () => ({
  default: (await import('../features/owner/stock/stock-task-page.tsx')).StocktakePage,
}))
const ShopPage = lazy(async () => ({ default: (await import('../features/owner/shop/shop-page.tsx')).ShopPage }))
const ReportsPage = lazy(async () => ({
  default: (await import('../features/owner/reports/reports-page.tsx')).ReportsPage,
}))
const StaffPage = lazy(async () => ({ default: (await import('../features/owner/staff/staff-page.tsx')).StaffPage }))
const DevicesPage = lazy(async () => ({
  default: (await import('../features/owner/devices/devices-page.tsx')).DevicesPage,
}))

const SecurityPage = lazy(async () => ({
  default: (await import('../features/owner/security/security-page.tsx')).SecurityPage,
}))

/** The owner's pages in the order of their navigation; `/owner` opens the first. */
export const OWNER_PAGES: readonly OwnerPage[] = [
  { path: '/owner/products', label: 'owner.navProducts', Icon: Tags, Page: ProductsPage },
  { path: '/owner/receiving', label: 'owner.navReceiving', Icon: PackagePlus, Page: ReceivingPage },
  { path: '/owner/stocktake', label: 'owner.navStocktake', Icon: ClipboardCheck, Page: StocktakePage },
  { path: '/owner/reports', label: 'owner.navReports', Icon: ChartColumn, Page: ReportsPage },
  { path: '/owner/staff', label: 'owner.navStaff', Icon: Users, Page: StaffPage },
  { path: '/owner/devices', label: 'owner.navDevices', Icon: TabletSmartphone, Page: DevicesPage },
  { path: '/owner/security', label: 'owner.navSecurity', Icon: ShieldCheck, Page: SecurityPage },
  { path: '/owner/shop', label: 'owner.navSettings', Icon: Store, Page: ShopPage },
]

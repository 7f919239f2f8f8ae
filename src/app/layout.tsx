import { Activity, Boxes, Settings, Store } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useMeta } from '../db/use-meta.ts'
import { OwnerSessionProvider } from '../features/owner-session-provider.tsx'
import { useServices } from '../features/services.ts'
import { StockProvider } from '../features/stock/stock-provider.tsx'
import { SyncBanners } from '../features/sync-status/sync-banners.tsx'
import { SyncStrip } from '../features/sync-status/sync-strip.tsx'
import styles from './layout.module.css'
import { RefreshDriver } from './refresh-driver.tsx'
import { matchRoute, type ScreenName } from './route-table.ts'
import { CurrentScreen, EnrolOnly } from './routes.tsx'

const PAGES = [
  { screen: 'stock', href: '/', label: 'nav.stock', Icon: Boxes },
  { screen: 'owner', href: '/owner', label: 'owner.nav', Icon: Store },
  { screen: 'diagnostics', href: '/diagnostics', label: 'nav.diagnostics', Icon: Activity },
  { screen: 'settings', href: '/settings', label: 'nav.settings', Icon: Settings },
] as const satisfies readonly { screen: ScreenName; href: string; label: string; Icon: typeof Boxes }[]

/** Header with the sync state, the screen, and below it what needs to be said. Banners stand below so that no row moves. */
export function Layout({ notices }: { notices: ReactNode }) {
  const { t } = useTranslation()
  const { db } = useServices()
  const device = useMeta(db, 'device')
  if (device === undefined) return null
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t('app.skip')}
      </a>
      {device === null ? null : (
        <header className={styles.header}>
          <SyncStrip />
          <p className={styles.branch}>{device.branch.name}</p>
          <Navigation />
        </header>
      )}
      <main id="main" className={styles.main} tabIndex={-1}>
        {device === null ? (
          <EnrolOnly />
        ) : (
          // Another enrolment is another catalogue.
          <StockProvider key={device.device_id}>
            <RefreshDriver />
            <OwnerSessionProvider>
              <CurrentScreen />
            </OwnerSessionProvider>
          </StockProvider>
        )}
      </main>
      <footer>
        {device === null ? null : <SyncBanners />}
        {notices}
      </footer>
    </div>
  )
}

function Navigation() {
  const { t } = useTranslation()
  const [location] = useLocation()
  const { screen } = matchRoute(location)
  return (
    <nav className={styles.nav} aria-label={t('nav.label')}>
      {PAGES.map((page) => (
        <Link
          key={page.href}
          href={page.href}
          className={styles.link}
          aria-current={page.screen === screen ? 'page' : undefined}
        >
          <page.Icon size={24} aria-hidden />
          <span className={styles.linkWord}>{t(page.label)}</span>
        </Link>
      ))}
    </nav>
  )
}

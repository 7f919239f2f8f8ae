import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useMeta } from '../db/use-meta.ts'
import { OwnerSessionProvider } from '../features/owner/session/owner-session-provider.tsx'
import { ApprovalProvider } from '../features/shared/people/approval.tsx'
import { PrinterProvider } from '../features/shared/printing/printer-provider.tsx'
import { useServices } from '../features/shared/services.ts'
import { SessionKeeper } from '../features/sign-in/session-keeper.tsx'
import { StockProvider } from '../features/stock/stock-provider.tsx'
import { CounterStrip } from '../features/sync-status/counter-strip.tsx'
import { StorageBanners } from '../features/sync-status/storage-banners.tsx'
import { SyncBanners } from '../features/sync-status/sync-banners.tsx'
import { SyncStrip } from '../features/sync-status/sync-strip.tsx'
import { UnsentLink } from '../features/sync-status/unsent-link.tsx'
import styles from './layout.module.css'
import { Menu } from './menu.tsx'
import { RefreshDriver } from './refresh-driver.tsx'
import { CurrentScreen, EnrolOnly } from './routes.tsx'

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
          <CounterStrip />
          <UnsentLink />
          <Menu branchName={device.branch.name} />
        </header>
      )}
      <main id="main" className={styles.main} tabIndex={-1}>
        {device === null ? (
          <EnrolOnly />
        ) : (
          // Another enrolment is another catalogue.
          <StockProvider key={device.device_id}>
            <RefreshDriver />
            <SessionKeeper />
            <OwnerSessionProvider>
              <PrinterProvider>
                <ApprovalProvider>
                  <CurrentScreen />
                </ApprovalProvider>
              </PrinterProvider>
            </OwnerSessionProvider>
          </StockProvider>
        )}
      </main>
      <footer>
        {device === null ? null : <SyncBanners />}
        <StorageBanners />
        {notices}
      </footer>
    </div>
  )
}

import { type ComponentType, type ReactNode, Suspense } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useMeta } from '../db/use-meta.ts'
import { useServices } from '../features/shared/services.ts'
import { CounterStrip } from '../features/sync-status/counter-strip.tsx'
import { SyncStrip } from '../features/sync-status/sync-strip.tsx'
import { UnsentLink } from '../features/sync-status/unsent-link.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import styles from './layout.module.css'
import { Menu } from './menu.tsx'
import type { WorkplaceProps } from './workplace.tsx'

interface LayoutProps {
  /** May suspend: it is a lazy chunk. */
  Workplace: ComponentType<WorkplaceProps>
  notices: ReactNode
}

/** The header with the sync state, which shows at once, and the workplace below it. */
export function Layout({ Workplace, notices }: LayoutProps) {
  const { t } = useTranslation()
  const { db } = useServices()
  const device = useMeta(db, 'device')
  if (device === undefined) return null
  const mainProps = { id: 'main', className: styles.main, tabIndex: -1 }
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
      <Suspense
        fallback={
          <main {...mainProps}>
            <EmptyState icon={null} title={t('app.loading')} isWholePage />
          </main>
        }
      >
        <Workplace device={device} mainProps={mainProps} notices={notices} />
      </Suspense>
    </div>
  )
}

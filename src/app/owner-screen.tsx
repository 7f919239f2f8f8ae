import CircleHelp from 'lucide-react/icons/circle-question-mark'
import { Suspense } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { OwnerShell } from '../features/owner/owner-shell.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { CrashBoundary } from './crash-boundary.tsx'
import { OWNER_PAGES } from './owner-pages.tsx'

/** `/owner/…`: the shell with the page of the address in it. */
export function OwnerScreen() {
  const { t } = useTranslation()
  const [location] = useLocation()
  const path = location.replace(/\/+$/, '')
  const page = OWNER_PAGES.find((candidate) => candidate.path === path) ?? (path === '/owner' ? OWNER_PAGES[0] : null)
  return (
    <OwnerShell pages={OWNER_PAGES} current={page?.path ?? ''}>
      <CrashBoundary key={page?.path}>
        {page ? (
          <Suspense fallback={<EmptyState icon={null} title={t('app.loading')} isWholePage />}>
            <page.Page />
          </Suspense>
        ) : (
          <EmptyState icon={<CircleHelp size={40} aria-hidden />} title={t('app.notFoundTitle')} isWholePage />
        )}
      </CrashBoundary>
    </OwnerShell>
  )
}

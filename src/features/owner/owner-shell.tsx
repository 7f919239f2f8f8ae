import LogOut from 'lucide-react/icons/log-out'
import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Button } from '../../ui/button.tsx'
import { useChosenInSight } from '../../ui/use-chosen-in-sight.ts'
import styles from './owner-shell.module.css'
import type { OwnerPage } from './session/owner-page.ts'
import { useOwnerSession } from './session/owner-session.ts'
import { OwnerSignIn } from './session/owner-sign-in.tsx'

interface OwnerShellProps {
  pages: readonly OwnerPage[]
  /** Path of the page that is open. */
  current: string
  children: ReactNode
}

/** Sign-in, navigation and the open page. A page that waits for the PIN again keeps what was typed into it, out of sight. */
export function OwnerShell({ pages, current, children }: OwnerShellProps) {
  const { t } = useTranslation()
  const { state, signOut } = useOwnerSession()
  const isIn = state.phase === 'in'
  // Out of sight it has no width: the sign-in moves it too.
  const strip = useChosenInSight(`${current} ${isIn}`)
  if (state.phase === 'out') return <OwnerSignIn />
  return (
    <>
      {isIn ? null : <OwnerSignIn staffId={state.staff.id} />}
      <div className={styles.shell} hidden={!isIn}>
        <div className={styles.bar}>
          <nav className={styles.nav} aria-label={t('owner.navLabel')}>
            {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't scroll sideways in all browsers */}
            <div ref={strip} className={styles.strip} role="group" aria-label={t('owner.navLabel')}>
              {pages.map(({ path, label, Icon }) => (
                <Link
                  key={path}
                  href={path}
                  className={styles.link}
                  aria-current={path === current ? 'page' : undefined}
                >
                  <Icon size={20} aria-hidden />
                  <span>{t(label)}</span>
                </Link>
              ))}
            </div>
          </nav>
          <Button kind="quiet" icon={<LogOut size={20} aria-hidden />} onClick={signOut}>
            {t('owner.signOut', { name: state.staff.name })}
          </Button>
        </div>
        <div className={styles.page}>{children}</div>
      </div>
    </>
  )
}

import Activity from 'lucide-react/icons/activity'
import Boxes from 'lucide-react/icons/boxes'
import Clock from 'lucide-react/icons/clock'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import Lock from 'lucide-react/icons/lock'
import LogOut from 'lucide-react/icons/log-out'
import MenuIcon from 'lucide-react/icons/menu'
import History from 'lucide-react/icons/rotate-ccw-clock'
import Settings from 'lucide-react/icons/settings'
import ShoppingCart from 'lucide-react/icons/shopping-cart'
import Store from 'lucide-react/icons/store'
import UserRound from 'lucide-react/icons/user-round'
import X from 'lucide-react/icons/x'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { endSession, lockSession } from '../db/sales/session.ts'
import { useCurrentShift } from '../features/shared/people/current-shift.ts'
import { type SignedIn, useSignedIn } from '../features/shared/people/staff-session.ts'
import { useServices } from '../features/shared/services.ts'
import { useFormat } from '../i18n/use-format.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useModal } from '../ui/use-modal.ts'
import styles from './menu.module.css'

const PAGES = [
  { href: '/sell', label: 'header.sell', Icon: ShoppingCart },
  { href: '/', label: 'nav.stock', Icon: Boxes },
  { href: '/transactions', label: 'header.history', Icon: History },
  { href: '/unsent', label: 'header.unsentPage', Icon: CloudUpload },
  { href: '/shift', label: 'header.shift', Icon: Clock },
  { href: '/owner', label: 'nav.owner', Icon: Store },
  { href: '/settings', label: 'nav.settings', Icon: Settings },
  { href: '/diagnostics', label: 'nav.diagnostics', Icon: Activity },
] as const

/** Links to every screen, and the name of whoever is signed in. */
export function Menu({ branchName }: { branchName: string }) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <IconButton
        label={t('header.menu')}
        icon={<MenuIcon size={24} aria-hidden />}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        data-testid="menu"
        onClick={() => setOpen(true)}
      />
      {isOpen ? <Drawer branchName={branchName} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function Drawer({ branchName, onClose }: { branchName: string; onClose(): void }) {
  const { t } = useTranslation()
  const [location] = useLocation()
  const modal = useModal(onClose)

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a tap beside the menu closes it; for keys there is Esc
    <dialog
      {...modal}
      className={styles.drawer}
      aria-label={t('header.menu')}
      onClick={(event) => {
        if (event.target === modal.ref.current) onClose()
      }}
    >
      <div className={styles.body}>
        <div className={styles.top}>
          <p className={styles.branch}>{branchName}</p>
          <IconButton label={t('app.close')} icon={<X size={24} aria-hidden />} onClick={onClose} />
        </div>
        <Person onDone={onClose} />
        <nav aria-label={t('header.pages')}>
          <ul>
            {PAGES.map(({ href, label, Icon }) => (
              <li key={href}>
                <Link
                  href={href}
                  className={styles.link}
                  aria-current={isUnder(location, href) ? 'page' : undefined}
                  onClick={onClose}
                >
                  <Icon size={24} aria-hidden />
                  {t(label)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </dialog>
  )
}

/** Whether the address belongs to the page: `/stock/1386` to the stock, `/shift/…` to the shift. */
function isUnder(location: string, href: string): boolean {
  if (href === '/') return location === '/' || location.startsWith('/stock/')
  return location === href || location.startsWith(`${href}/`)
}

function Person({ onDone }: { onDone(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const signedIn = useSignedIn()
  const shift = useCurrentShift()
  return (
    <div className={styles.person}>
      <p className={styles.who}>
        <UserRound size={24} aria-hidden />
        {signedIn ? `${signedIn.name} · ${t(`signIn.${signedIn.role}`)}` : t('header.nobody')}
      </p>
      <p className={styles.since}>
        {shift
          ? t('header.shiftSince', { when: format.moment(shift.openedAt, Date.now()) })
          : shift === null
            ? t('header.noShift')
            : null}
      </p>
      {signedIn ? <SessionButtons signedIn={signedIn} onDone={onDone} /> : null}
    </div>
  )
}

function SessionButtons({ signedIn, onDone }: { signedIn: SignedIn; onDone(): void }) {
  const { t } = useTranslation()
  const { salesDb } = useServices()
  const leave = async (how: typeof endSession) => {
    await how(salesDb, signedIn.staffId)
    onDone()
  }
  return (
    <div className={styles.buttons}>
      {signedIn.isLocked ? null : (
        <Button icon={<Lock size={20} aria-hidden />} onClick={() => void leave(lockSession)}>
          {t('header.lock')}
        </Button>
      )}
      <Button icon={<LogOut size={20} aria-hidden />} onClick={() => void leave(endSession)}>
        {t('header.signOut')}
      </Button>
    </div>
  )
}

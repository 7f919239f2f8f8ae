import Lock from 'lucide-react/icons/lock'
import Users from 'lucide-react/icons/users'
import { type ReactNode, useLayoutEffect, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { StaffRow } from '../../db/rows.ts'
import { startSession } from '../../db/sales/session.ts'
import { useStaff } from '../../db/use-staff.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { prepareApprovalKey } from '../shared/people/approval-key.ts'
import { PinEntry } from '../shared/people/pin-entry.tsx'
import { useSignedIn } from '../shared/people/staff-session.ts'
import { useServices } from '../shared/services.ts'
import { markActivity } from './activity.ts'
import styles from './sign-in-gate.module.css'

/**
 * A screen for whoever is signed in. Nobody is: the sign-in stands in its place, at the same address. Idle too long: the lock
 * stands over it, and what was under way stays.
 */
export function SignInGate({ children }: { children: ReactNode }) {
  const signedIn = useSignedIn()
  if (signedIn === undefined) return null
  if (signedIn === null) return <SignIn />
  return (
    <>
      {children}
      {signedIn.isLocked ? <LockScreen staffId={signedIn.staffId} /> : null}
    </>
  )
}

function SignIn() {
  const { t } = useTranslation()
  const people = useActiveStaff()
  const enter = useEnter()
  if (people === undefined) return null
  if (people.length === 0) {
    return (
      <EmptyState icon={<Users size={40} aria-hidden />} title={t('signIn.emptyTitle')} isWholePage>
        <p>{t('signIn.emptyText')}</p>
        <Link href="/">{t('app.toStock')}</Link>
      </EmptyState>
    )
  }
  return (
    <div className={styles.screen}>
      <h1>{t('signIn.title')}</h1>
      <p className={styles.intro}>{t('signIn.intro')}</p>
      <PinEntry
        people={people}
        preferredId={null}
        submitLabel={t('signIn.submit')}
        storageWords={t('signIn.storage')}
        onRight={enter}
      />
    </div>
  )
}

/** Modal, so that the screen below takes no key and no tap; below the header, whose state stays to be seen. */
function LockScreen({ staffId }: { staffId: number }) {
  const { t } = useTranslation()
  const people = useActiveStaff()
  const enter = useEnter()
  const ref = useRef<HTMLDialogElement>(null)

  // `showModal` can only be called. As with ui/dialog: closed before it leaves, it gives the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    const reopen = () => dialog.showModal()
    reopen()
    // Open it again on `close`: a browser may close a dialog at the second Esc even if the page prevents it.
    dialog.addEventListener('close', reopen)
    // Block keys between closing and reopening, or they would reach the screen below.
    const keepOut = (event: KeyboardEvent) => {
      if (!(event.target instanceof Node && dialog.contains(event.target))) event.stopImmediatePropagation()
    }
    window.addEventListener('keydown', keepOut, { capture: true })
    return () => {
      window.removeEventListener('keydown', keepOut, { capture: true })
      dialog.removeEventListener('close', reopen)
      dialog.close()
    }
  }, [])

  return (
    <dialog
      ref={ref}
      className={styles.lock}
      aria-labelledby="lock-title"
      data-testid="lock"
      // The lock itself is no unsaved input; the screen below marks its own.
      data-at-rest
      onCancel={(event) => event.preventDefault()}
      // Keep the PIN from scanner and shortcut listeners of the screen below.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className={styles.screen}>
        <h1 id="lock-title" className={styles.lockTitle}>
          <Lock size={24} aria-hidden />
          {t('signIn.lockedTitle')}
        </h1>
        <p className={styles.intro}>{t('signIn.lockedText')}</p>
        {people === undefined ? null : (
          <PinEntry
            people={people}
            preferredId={staffId}
            submitLabel={t('signIn.unlock')}
            storageWords={t('signIn.storage')}
            onRight={enter}
          />
        )}
        {/* An owner whose PIN is too weak for the rules changes it there; that page asks for it itself. */}
        {people?.some(({ id, role }) => id === staffId && role === 'owner') ? (
          <Link href="/owner">{t('signIn.toOwner')}</Link>
        ) : null}
      </div>
    </dialog>
  )
}

function useActiveStaff(): readonly StaffRow[] | undefined {
  const { db } = useServices()
  return useStaff(db)?.filter(({ active }) => active)
}

/** Signs in the person whose PIN was right; false: it could not be stored. */
function useEnter(): (staff: StaffRow, pin: string) => Promise<boolean> {
  const { db, salesDb, http, after } = useServices()
  return async (staff, pin) => {
    const now = Date.now()
    markActivity(now)
    try {
      await startSession(salesDb, staff.id, now)
      // Do not await it: approvals before it ends are just not proven.
      void prepareApprovalKey({ db, http, after }, staff, pin)
      return true
    } catch {
      return false
    }
  }
}

import Clock from 'lucide-react/icons/clock'
import Lock from 'lucide-react/icons/lock'
import UserRound from 'lucide-react/icons/user-round'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useFormat } from '../../i18n/use-format.ts'
import { useNow } from '../../ui/use-now.ts'
import { useCurrentShift } from '../shared/people/current-shift.ts'
import { useSignedIn } from '../shared/people/staff-session.ts'
import styles from './counter-strip.module.css'

/** Who is at the counter, and since when its shift is open. On a phone the menu says it. */
export function CounterStrip() {
  const { t } = useTranslation()
  const signedIn = useSignedIn()
  return (
    <>
      <p className={styles.who} data-testid="cashier">
        {signedIn?.isLocked ? <Lock size={20} aria-hidden /> : <UserRound size={20} aria-hidden />}
        <span className={styles.name}>
          {signedIn === undefined
            ? null
            : signedIn === null
              ? t('header.nobody')
              : t('header.cashier', { name: signedIn.name })}
        </span>
        {signedIn?.isLocked ? <span>({t('header.locked')})</span> : null}
      </p>
      <ShiftLink />
    </>
  )
}

function ShiftLink() {
  const { t } = useTranslation()
  const format = useFormat()
  const shift = useCurrentShift()
  const now = useNow(60_000)
  return (
    <Link className={styles.shift} href="/shift" data-testid="shift">
      <Clock size={20} aria-hidden />
      <span>
        {shift === undefined
          ? null
          : shift === null
            ? t('header.noShift')
            : t('header.shiftSince', { when: format.moment(shift.openedAt, now) })}
      </span>
    </Link>
  )
}

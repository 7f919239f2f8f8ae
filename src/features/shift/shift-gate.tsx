import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useCurrentShift } from '../shared/people/current-shift.ts'
import { OpenShift } from './open-shift.tsx'
import styles from './shift-screen.module.css'

/** Shows its children only while a shift is open, otherwise the form that opens one. Use it inside a SignInGate. */
export function ShiftGate({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const shift = useCurrentShift()
  if (shift === undefined) return null
  if (shift !== null) return children
  return (
    <div className={styles.screen}>
      <OpenShift intro={t('shift.openNeeded')} />
    </div>
  )
}

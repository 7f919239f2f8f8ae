import CircleCheck from 'lucide-react/icons/circle-check'
import CircleAlert from 'lucide-react/icons/circle-exclamation-point'
import type { ReactNode } from 'preact/compat'
import styles from './owner-page.module.css'

/** Outcome of an owner's action. */
export function Notice({ tone, children }: { tone: 'good' | 'bad'; children: ReactNode }) {
  return (
    <p className={styles[tone]} role={tone === 'bad' ? 'alert' : 'status'}>
      {tone === 'bad' ? <CircleAlert size={20} aria-hidden /> : <CircleCheck size={20} aria-hidden />}
      <span>{children}</span>
    </p>
  )
}

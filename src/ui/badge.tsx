import type { ReactNode } from 'preact/compat'
import styles from './badge.module.css'
import { cx } from './cx.ts'

export type Tone = 'quiet' | 'good' | 'warn' | 'bad' | 'info'

/** A state as icon and word; its colour carries no further information. */
export function Badge({ tone, icon, children }: { tone: Tone; icon: ReactNode; children: ReactNode }) {
  return (
    <span className={cx(styles.badge, styles[tone])}>
      {icon}
      <span>{children}</span>
    </span>
  )
}

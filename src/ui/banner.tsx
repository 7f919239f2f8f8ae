import type { ReactNode } from 'preact/compat'
import styles from './banner.module.css'
import { cx } from './cx.ts'

interface BannerProps {
  tone: 'warn' | 'bad' | 'info'
  icon: ReactNode
  title: string
  children?: ReactNode
  actions?: ReactNode
}

/** What happened, what is safe, what to do. */
export function Banner({ tone, icon, title, children, actions }: BannerProps) {
  return (
    <div className={cx(styles.banner, styles[tone])} role={tone === 'bad' ? 'alert' : 'status'}>
      {icon}
      <p className={styles.words}>
        <strong>{title}</strong> {children}
      </p>
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  )
}

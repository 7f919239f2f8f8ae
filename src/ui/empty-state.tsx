import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

/** Nothing to list: why, and what to do. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  icon: ReactNode
  title: string
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>{icon}</span>
      <h2>{title}</h2>
      {children}
      {actions}
    </div>
  )
}

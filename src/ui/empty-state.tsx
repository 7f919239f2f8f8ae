import type { ReactNode } from 'preact/compat'
import styles from './empty-state.module.css'

interface EmptyStateProps {
  icon: ReactNode
  title: string
  /** True when this is all that the page says. */
  isWholePage?: boolean
  children?: ReactNode
  actions?: ReactNode
}

/** Nothing to list: why, and what to do. */
export function EmptyState({ icon, title, isWholePage, children, actions }: EmptyStateProps) {
  const Heading = isWholePage ? 'h1' : 'h2'
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>{icon}</span>
      <Heading>{title}</Heading>
      {children}
      {actions}
    </div>
  )
}

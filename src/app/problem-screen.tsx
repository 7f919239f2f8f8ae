import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import styles from './problem-screen.module.css'

interface ProblemScreenProps {
  icon: ReactNode
  title: string
  text: string
  children?: ReactNode
  actions?: ReactNode
  /** For support, in a collapsed section. */
  details?: string | null
  /** True when a chunk of the app could not be loaded. */
  isLostPart?: boolean
}

/** A whole-page message for a problem that stops the work: what happened, what is safe, what to do. */
export function ProblemScreen({ icon, title, text, children, actions, details, isLostPart }: ProblemScreenProps) {
  const { t } = useTranslation()
  return (
    <div className={styles.screen} role="alert" data-lost-part={isLostPart || undefined}>
      <span className={styles.icon}>{icon}</span>
      <h1>{title}</h1>
      <p>{text}</p>
      {children}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
      {details ? (
        <details className={styles.details}>
          <summary>{t('problem.details')}</summary>
          <pre>{details}</pre>
        </details>
      ) : null}
    </div>
  )
}

import styles from './skeleton.module.css'

/** The place of a text that is still to come: the same size as the text, and silent for screen readers. */
export function Skeleton({ width }: { width: string }) {
  return <span className={styles.skeleton} style={{ width }} aria-hidden="true" />
}

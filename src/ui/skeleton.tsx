import styles from './skeleton.module.css'

/**
 * The place of a text that is still to come: the same size as the text, and silent for screen readers, but for `label`, which a
 * heading needs.
 */
export function Skeleton({ width, label }: { width: string; label?: string }) {
  return (
    <>
      <span className={styles.skeleton} style={{ width }} aria-hidden="true" />
      {label ? <span className="visually-hidden">{label}</span> : null}
    </>
  )
}

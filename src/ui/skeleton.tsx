import styles from './skeleton.module.css'

/**
 * A placeholder with the size of a text that is still loading. Screen readers skip it, except for `label`, which a heading needs.
 */
export function Skeleton({ width, label }: { width: string; label?: string }) {
  return (
    <>
      <span className={styles.skeleton} style={{ width }} aria-hidden="true" />
      {label ? <span className="visually-hidden">{label}</span> : null}
    </>
  )
}

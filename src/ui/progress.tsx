import styles from './progress.module.css'

/** Work of known size, 0 to 1; null while the size is not known. */
export function Progress({ label, value }: { label: string; value: number | null }) {
  const percent = value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className={styles.bar} style={{ transform: `scaleX(${(percent ?? 0) / 100})` }} />
    </div>
  )
}

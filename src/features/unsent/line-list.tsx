import styles from './line-list.module.css'

/** Goods or payments with one number each; a long name breaks, the number stays whole. */
export function LineList({ lines }: { lines: readonly (readonly [name: string, value: string])[] }) {
  return (
    <ol className={styles.lines}>
      {lines.map(([name, value], place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a recorded line has no name but its place, and none moves
        <li key={place} className={styles.line}>
          <span className={styles.name}>{name}</span>
          <span className={styles.value}>{value}</span>
        </li>
      ))}
    </ol>
  )
}

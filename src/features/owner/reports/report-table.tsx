import { type ReactNode, useId } from 'preact/compat'
import { cx } from '../../../ui/cx.ts'
import { useMediaQuery } from '../../../ui/use-media-query.ts'
import styles from './report-table.module.css'

export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => ReactNode
  readonly isNumber?: boolean
  /** What a phone shows first, without its head. */
  readonly isTitle?: boolean
}

/** Up to this width of the screen rows are cards, px. */
const NARROW = 699
const NARROW_FOR_MANY = 999
const FEW_COLUMNS = 5

interface ReportTableProps<Row> {
  title: string
  hideTitle?: boolean
  /** Of the title: 3 inside of a card that has a title of its own. */
  level?: 2 | 3
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row, index: number) => string | number
}

/** Rows as a table; on a narrow screen each row is a small card with its heads. Scrolls sideways by itself where it has to. */
export function ReportTable<Row>({ title, hideTitle, level = 2, columns, rows, rowKey }: ReportTableProps<Row>) {
  const id = useId()
  const isNarrow = useMediaQuery(`(max-width: ${columns.length > FEW_COLUMNS ? NARROW_FOR_MANY : NARROW}px)`)
  const Title = level === 2 ? 'h2' : 'h3'
  return (
    <section className={styles.section}>
      <Title id={id} className={cx(styles.heading, hideTitle && 'visually-hidden')}>
        {title}
      </Title>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by key */}
      <section className={styles.scroll} aria-labelledby={id} tabIndex={0}>
        <table className={cx(styles.table, isNarrow && styles.cards)}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.head} scope="col" className={cx(column.isNumber && styles.number)}>
                  {column.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={rowKey(row, index)}>
                {columns.map((column) => (
                  <td
                    key={column.head}
                    className={cx(column.isNumber && styles.number, column.isTitle && styles.title)}
                    data-head={column.head}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

import { useMemo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { ReceiptFacts } from '../../../domain/receipt.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { cx } from '../../../ui/cx.ts'
import { type ReceiptRow, receiptRows } from './receipt-rows.ts'
import styles from './receipt-view.module.css'

/** Width of the paper roll in mm. */
export type PaperWidth = 58 | 80

/**
 * A receipt as it looks on paper. On the screen it is drawn larger than it is; printed (it is the only thing on the page then)
 * it has the roll's width, see print-receipt.ts.
 */
export function Receipt({ facts, width = 58 }: { facts: ReceiptFacts; width?: PaperWidth }) {
  const { t } = useTranslation()
  const format = useFormat()
  const rows = useMemo(() => receiptRows(facts, t, format), [facts, t, format])
  return <Paper rows={rows} width={width} label={t('receipt.title')} testId="receipt" />
}

interface PaperProps {
  readonly rows: readonly ReceiptRow[]
  readonly width: PaperWidth
  readonly label: string
  readonly testId: string
}

/** Anything that goes on the roll: receipts, shift reports. */
export function Paper({ rows, width, label, testId }: PaperProps) {
  return (
    <article
      className={cx(styles.paper, width === 80 ? styles.wide : styles.narrow)}
      aria-label={label}
      data-testid={testId}
      data-print={width}
    >
      {rows.map((row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name but its place
        <Row key={place} row={row} />
      ))}
    </article>
  )
}

function Row({ row }: { row: ReceiptRow }) {
  switch (row.kind) {
    case 'picture':
      return <img className={styles.picture} src={row.source} alt="" />
    case 'rule':
      return <hr className={styles.rule} />
    case 'mark':
      return <p className={styles.mark}>{row.text}</p>
    case 'text':
      return <p className={cx(styles.text, styles[row.look])}>{row.text}</p>
    case 'pair':
      return (
        <p className={cx(styles.pair, styles[row.look])}>
          <span>{row.left}</span> <span className={styles.right}>{row.right}</span>
        </p>
      )
  }
}

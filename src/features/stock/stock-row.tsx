import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../db/catalogue.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { StockCell } from './stock-cell.tsx'
import styles from './stock-row.module.css'

interface StockRowProps {
  entry: CatalogueEntry
  index: number
  top: number
  isActive: boolean
  isOpen: boolean
  age: string | null
  onOpen(index: number): void
  onActivate(index: number): void
}

/** One product, 56 px. The fixed fields never repaint for a stock. */
export const StockRow = memo(function StockRow(props: StockRowProps) {
  const { entry, index, top, isActive, isOpen, age, onOpen, onActivate } = props
  const { t } = useTranslation()
  const format = useFormat()
  const code = [entry.sku, entry.barcode].filter(Boolean).join(' · ')
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid above handles the keys of all its rows
    <div
      role="row"
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      // The header is row 1.
      aria-rowindex={index + 2}
      aria-selected={isOpen}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
      data-product={entry.id}
      onClick={() => onOpen(index)}
      onFocus={() => onActivate(index)}
    >
      <div role="rowheader" className={styles.product}>
        <span className={styles.name}>{entry.name}</span>
        <span className={styles.meta}>
          <span className={styles.metaPrice}>{format.rupiah(entry.price)} · </span>
          {entry.active ? null : `${t('stock.inactiveBadge')} · `}
          {code || t('stock.noSku')}
        </span>
      </div>
      <div role="gridcell" className={styles.price}>
        {format.rupiah(entry.price)}
      </div>
      <StockCell productId={entry.id} unit={entry.unit} age={age} />
    </div>
  )
})

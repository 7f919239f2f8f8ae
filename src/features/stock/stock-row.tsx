import { memo } from 'preact/compat'
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
  lowStock: number
  age: string | null
}

/** One product, 56 px. The fixed fields never repaint for a stock. The list answers its clicks and keys. */
export const StockRow = memo(function StockRow({ entry, index, top, isActive, isOpen, lowStock, age }: StockRowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const code = [entry.sku, entry.barcode].filter(Boolean).join(' · ')
  return (
    <tr
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      // The header is row 1.
      aria-rowindex={index + 2}
      aria-selected={isOpen}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
    >
      <th scope="row" className={styles.product}>
        <span className={styles.name}>{entry.name}</span>
        <span className={styles.meta}>
          <span className={styles.metaPrice}>{format.rupiah(entry.price)} · </span>
          {entry.active ? null : `${t('stock.inactiveBadge')} · `}
          {code || t('stock.noSku')}
        </span>
      </th>
      <td className={styles.category}>{entry.category}</td>
      <td className={styles.price}>{format.rupiah(entry.price)}</td>
      <StockCell productId={entry.id} unit={entry.unit} lowStock={lowStock} age={age} />
    </tr>
  )
})

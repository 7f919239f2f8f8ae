import { memo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../db/catalogue.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { StockLevelBadge } from '../shared/goods/stock-level-badge.tsx'
import { LiveStock } from '../shared/goods/stock-number.tsx'
import { useStockLevel } from '../shared/goods/use-product-row.ts'
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

interface StockCellProps {
  productId: number
  unit: string
  /** At this many or fewer a product is low. */
  lowStock: number
  /** "per 14.03" when the number is not live. */
  age: string | null
}

/** What a stock has of a row (rule V1). */
const StockCell = memo(function StockCell({ productId, unit, lowStock, age }: StockCellProps) {
  const level = useStockLevel(productId, lowStock)
  return (
    <>
      <td className={styles.level}>
        {level ? <StockLevelBadge level={level} /> : <Skeleton width="4rem" />}
        {age ? <span className={styles.age}>{age}</span> : null}
      </td>
      <td className={styles.stock}>
        {level ? <LiveStock key={productId} productId={productId} /> : <Skeleton width="2.5rem" />}
        <span className={styles.unit}>{unit}</span>
      </td>
    </>
  )
})

import { memo } from 'preact/compat'
import { Skeleton } from '../../ui/skeleton.tsx'
import { StockLevelBadge } from '../shared/goods/stock-level-badge.tsx'
import { StockNumber } from '../shared/goods/stock-number.tsx'
import { useProductRow } from '../shared/goods/use-product-row.ts'
import styles from './stock-row.module.css'

interface StockCellProps {
  productId: number
  unit: string
  /** At this many or fewer a product is low. */
  lowStock: number
  /** "per 14.03" when the number is not live. */
  age: string | null
}

/** The only part of a row that a stock change paints again (rule V1). */
export const StockCell = memo(function StockCell({ productId, unit, lowStock, age }: StockCellProps) {
  const row = useProductRow(productId)
  return (
    <>
      <td className={styles.level}>
        {row ? <StockLevelBadge stock={row.stock} lowStock={lowStock} /> : <Skeleton width="4rem" />}
        {age ? <span className={styles.age}>{age}</span> : null}
      </td>
      <td className={styles.stock}>
        {row ? (
          <StockNumber key={productId} value={row.stock} testId={`stock-${productId}`} />
        ) : (
          <Skeleton width="2.5rem" />
        )}
        <span className={styles.unit}>{unit}</span>
      </td>
    </>
  )
})

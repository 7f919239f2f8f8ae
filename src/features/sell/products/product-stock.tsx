import CircleX from 'lucide-react/icons/circle-x'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { memo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../ui/badge.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'
import { LiveStock } from '../../shared/goods/stock-number.tsx'
import { useStockLevel } from '../../shared/goods/use-product-row.ts'
import styles from './product-grid.module.css'

interface ProductStockProps {
  productId: number
  unit: string
  lowStock: number
  /** "per 14.03" when the number is not live. */
  age: string | null
}

/** The only part of a product that a stock change renders again (rule V1). */
export const ProductStock = memo(function ProductStock({ productId, unit, lowStock, age }: ProductStockProps) {
  const { t } = useTranslation()
  const level = useStockLevel(productId, lowStock)
  if (!level) {
    return (
      <span className={styles.number}>
        <Skeleton width="2.5rem" />
      </span>
    )
  }
  return (
    <>
      <span className={styles.number}>
        <LiveStock key={productId} productId={productId} /> <span className={styles.unit}>{unit}</span>
      </span>
      <span className={styles.state}>
        {level === 'out' ? (
          <Badge tone="bad" icon={<CircleX size={16} aria-hidden />}>
            {t('stock.out')}
          </Badge>
        ) : level === 'low' ? (
          <Badge tone="warn" icon={<TriangleAlert size={16} aria-hidden />}>
            {t('stock.low')}
          </Badge>
        ) : null}
        {age ? <span className={styles.age}>{age}</span> : null}
      </span>
    </>
  )
})

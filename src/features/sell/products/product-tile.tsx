import Star from 'lucide-react/icons/star'
import { memo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../../db/catalogue.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import type { ProductLayout } from '../sell-view.ts'
import styles from './product-grid.module.css'
import { ProductStock } from './product-stock.tsx'

interface ProductTileProps {
  entry: CatalogueEntry
  index: number
  count: number
  /** Where it stands, in px; its column of so many. */
  top: number
  height: number
  column: number
  columns: number
  layout: ProductLayout
  isActive: boolean
  isFavourite: boolean
  lowStock: number
  age: string | null
}

/** One product as a tile or a row. The fixed fields never repaint for a stock. The grid answers its clicks and keys. */
export const ProductTile = memo(function ProductTile(props: ProductTileProps) {
  const { entry, index, count, top, height, column, columns, layout, isActive, isFavourite, lowStock, age } = props
  const { t } = useTranslation()
  const format = useFormat()
  const code = [entry.sku, entry.barcode].filter(Boolean).join(' · ')
  return (
    <li
      className={styles.cell}
      data-layout={layout}
      aria-setsize={count}
      aria-posinset={index + 1}
      style={{
        left: `${(column * 100) / columns}%`,
        width: `${100 / columns}%`,
        height,
        transform: `translateY(${top}px)`,
      }}
    >
      <button
        type="button"
        className={styles.product}
        tabIndex={isActive ? 0 : -1}
        data-index={index}
        data-product={entry.id}
        aria-keyshortcuts="f"
      >
        <span className={styles.name}>{entry.name}</span>
        {layout === 'list' ? <span className={styles.code}>{code || t('stock.noSku')}</span> : null}
        <span className={styles.price}>{format.rupiah(entry.price)}</span>
        <ProductStock productId={entry.id} unit={entry.unit} lowStock={lowStock} age={age} />
      </button>
      <button
        type="button"
        className={styles.star}
        tabIndex={-1}
        data-favourite={entry.id}
        aria-pressed={isFavourite}
        aria-label={t(isFavourite ? 'sell.favouriteRemove' : 'sell.favouriteAdd', { name: entry.name })}
      >
        <Star size={20} aria-hidden />
      </button>
    </li>
  )
})

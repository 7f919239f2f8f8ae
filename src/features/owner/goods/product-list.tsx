import { useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../../db/catalogue.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { indexOf, useVirtualGrid } from '../../../ui/use-virtual-grid.ts'
import { useProductRow } from '../../shared/goods/use-product-row.ts'
import { useStockAge } from '../../shared/goods/use-stock-age.ts'
import styles from './product-list.module.css'

const ROW_HEIGHT = 56

interface ProductListProps {
  entries: readonly CatalogueEntry[]
  /** Changes whenever the entries answer another question. */
  query: string
  onOpen(productId: number): void
}

/** Up to 50,000 products, of which only those in sight exist. */
export function ProductList({ entries, query, onOpen }: ProductListProps) {
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const { height, rows, activeIndex, setActive, moveBy } = useVirtualGrid({
    scroller,
    count: entries.length,
    rowHeight: ROW_HEIGHT,
    overscan: 3,
    query,
  })
  return (
    <div ref={scroller} className={styles.scroller}>
      <ul
        className={styles.rows}
        style={{ height }}
        aria-label={t('owner.navProducts')}
        onKeyDown={(event) => {
          if (moveBy(event)) event.preventDefault()
        }}
        onFocus={(event) => {
          const index = indexOf(event.target)
          if (index !== null) setActive(index)
        }}
      >
        {rows.map((item) => {
          const entry = entries[item.index]
          if (!entry) return null
          return (
            <li
              key={item.key}
              className={styles.item}
              style={{ transform: `translateY(${item.start}px)` }}
              aria-setsize={entries.length}
              aria-posinset={item.index + 1}
            >
              <Row entry={entry} index={item.index} isActive={item.index === activeIndex} onOpen={onOpen} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

interface RowProps {
  entry: CatalogueEntry
  index: number
  isActive: boolean
  onOpen(productId: number): void
}

function Row({ entry, index, isActive, onOpen }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const code = [entry.sku, entry.barcode].filter(Boolean).join(' · ')
  return (
    <button
      type="button"
      className={styles.row}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
      onClick={() => onOpen(entry.id)}
    >
      <span className={styles.name}>{entry.name}</span>
      <span className={styles.meta}>
        {entry.active ? null : `${t('stock.inactiveBadge')} · `}
        {[entry.category, code || t('stock.noSku')].filter(Boolean).join(' · ')}
      </span>
      <span className={styles.price}>{format.rupiah(entry.price)}</span>
      <Stock productId={entry.id} unit={entry.unit} />
    </button>
  )
}

function Stock({ productId, unit }: { productId: number; unit: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const row = useProductRow(productId)
  const age = useStockAge()
  return (
    <span className={styles.stock}>
      {row ? t('ownerProducts.stock', { stock: format.quantity(row.stock), unit }) : t('app.none')} {age}
    </span>
  )
}

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../../db/catalogue.ts'
import { useVirtualGrid } from '../../../ui/use-virtual-grid.ts'
import type { ProductLayout } from '../sell-view.ts'
import styles from './product-grid.module.css'
import { ProductTile } from './product-tile.tsx'

export interface ProductGridHandle {
  focusFirst(): void
}

interface ProductGridProps {
  entries: readonly CatalogueEntry[]
  /** Changes whenever the entries answer another question. */
  query: string
  layout: ProductLayout
  favourites: ReadonlySet<number>
  lowStock: number
  age: string | null
  onPick(entry: CatalogueEntry): void
  onFavourite(productId: number): void
  onEscape(): void
  handle: { current: ProductGridHandle | null }
}

const TILE_HEIGHT = 112
const TILE_WIDTH_MIN = 168
const ROW_HEIGHT = 64
const GAP = 8

/** The products as tiles or as a list; those in sight exist. */
export function ProductGrid(props: ProductGridProps) {
  const { entries, query, layout, favourites, lowStock, age, onPick, onFavourite, onEscape, handle } = props
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const columns = useColumns(scroller, layout)
  const rowHeight = layout === 'list' ? ROW_HEIGHT : TILE_HEIGHT + GAP
  const { height, rows, activeIndex, setActive, moveTo, moveBy } = useVirtualGrid({
    scroller,
    count: entries.length,
    columns,
    rowHeight,
    overscan: 3,
    query,
  })

  // The search field moves the focus here.
  useEffect(() => {
    handle.current = { focusFirst: () => moveTo(0) }
    return () => {
      handle.current = null
    }
  }, [handle, moveTo])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const entry = entries[activeIndex]
    if (event.key === 'Escape' || (event.key === 'ArrowUp' && activeIndex < columns)) onEscape()
    else if (event.key === 'f' && entry) onFavourite(entry.id)
    else if (!moveBy(event)) return
    event.preventDefault()
  }
  const onClick = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null
    if (target?.dataset.favourite) onFavourite(Number(target.dataset.favourite))
    const entry = target?.dataset.index ? entries[Number(target.dataset.index)] : undefined
    if (!entry) return
    setActive(Number(target?.dataset.index))
    onPick(entry)
  }

  return (
    <div ref={scroller} className={styles.scroller} data-layout={layout}>
      <ul
        className={styles.rows}
        style={{ height: height }}
        aria-label={t('sell.products')}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        {rows.flatMap((row) =>
          entries.slice(row.index * columns, (row.index + 1) * columns).map((entry, column) => {
            const place = row.index * columns + column
            return (
              <ProductTile
                key={place}
                entry={entry}
                index={place}
                count={entries.length}
                top={row.start}
                height={rowHeight}
                column={column}
                columns={columns}
                layout={layout}
                isActive={place === activeIndex}
                isFavourite={favourites.has(entry.id)}
                lowStock={lowStock}
                age={age}
              />
            )
          }),
        )}
      </ul>
    </div>
  )
}

/** As many tiles side by side as fit. */
function useColumns(scroller: { readonly current: HTMLDivElement | null }, layout: ProductLayout): number {
  const [columns, setColumns] = useState(2)
  // The width belongs to the element: it changes with the window and with the cart beside it.
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const measure = () => setColumns(Math.max(1, Math.floor((element.clientWidth - GAP) / (TILE_WIDTH_MIN + GAP))))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])
  return layout === 'list' ? 1 : columns
}

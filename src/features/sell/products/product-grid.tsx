import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../../db/catalogue.ts'
import { useTopOfList } from '../../../ui/use-top-of-list.ts'
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

/** A virtual grid: only the products in sight exist. One tab stop; arrow keys move through it. */
export function ProductGrid(props: ProductGridProps) {
  const { entries, query, layout, favourites, lowStock, age, onPick, onFavourite, onEscape, handle } = props
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const wantsFocus = useRef(false)
  const columns = useColumns(scroller, layout)
  const rows = Math.ceil(entries.length / columns)
  const rowHeight = layout === 'list' ? ROW_HEIGHT : TILE_HEIGHT + GAP
  const virtualizer = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 3,
  })
  const activeIndex = Math.min(active, entries.length - 1)

  // The sizes of all rows change with the layout; the virtualizer keeps what it has measured.
  useLayoutEffect(() => {
    if (rowHeight > 0) virtualizer.measure()
  }, [virtualizer, rowHeight])

  const focusTile = useCallback((index: number) => {
    const tile = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)
    wantsFocus.current = !tile
    tile?.focus({ preventScroll: true })
  }, [])

  const moveTo = useCallback(
    (index: number) => {
      const next = Math.max(0, Math.min(index, entries.length - 1))
      setActive(next)
      virtualizer.scrollToIndex(Math.floor(next / columns), { align: 'auto' })
      focusTile(next)
    },
    [entries.length, columns, virtualizer, focusTile],
  )

  // A tile far away exists only after the scroll has rendered it: then it gets the focus that the key asked for.
  useLayoutEffect(() => {
    if (wantsFocus.current) focusTile(activeIndex)
  })

  // The search field moves the focus here.
  useEffect(() => {
    handle.current = { focusFirst: () => moveTo(0) }
    return () => {
      handle.current = null
    }
  }, [handle, moveTo])

  useTopOfList(
    virtualizer,
    query,
    useCallback(() => setActive(0), []),
  )

  const indexFor = (key: string): number | null => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1) * columns
    const steps: Record<string, number> = {
      ArrowDown: columns,
      ArrowUp: -columns,
      ArrowRight: 1,
      ArrowLeft: -1,
      PageDown: page,
      PageUp: -page,
      Home: -activeIndex,
      End: entries.length,
    }
    const step = steps[key]
    return step === undefined ? null : activeIndex + step
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const index = indexFor(event.key)
    const entry = entries[activeIndex]
    if (event.key === 'Escape' || (event.key === 'ArrowUp' && activeIndex < columns)) onEscape()
    else if (index !== null) moveTo(index)
    else if (event.key === 'f' && entry) onFavourite(entry.id)
    else return
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
        style={{ height: virtualizer.getTotalSize() }}
        aria-label={t('sell.products')}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        {virtualizer.getVirtualItems().flatMap((row) =>
          entries.slice(row.index * columns, (row.index + 1) * columns).map((entry, column) => {
            const place = row.index * columns + column
            return (
              // By its place: another search only changes what stands there.
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

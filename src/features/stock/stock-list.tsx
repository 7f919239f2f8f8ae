import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../db/catalogue.ts'
import { useShopSettings } from '../../db/use-shop-settings.ts'
import { useTopOfList } from '../../ui/use-top-of-list.ts'
import { useServices } from '../shared/services.ts'
import styles from './stock-list.module.css'
import rowStyles from './stock-row.module.css'
import { StockRow } from './stock-row.tsx'

export interface StockListHandle {
  focusFirst(): void
  focusProduct(id: number): void
}

interface StockListProps {
  entries: readonly CatalogueEntry[]
  /** Changes whenever the entries answer another question. */
  query: string
  openId: number | null
  /** "per 14.03" beside each number that is not live. */
  age: string | null
  /** Where it begins, px from its top; what it tells when it goes. */
  top: number
  onLeave(top: number): void
  onOpen(entry: CatalogueEntry): void
  onEscape(): void
  handle: { current: StockListHandle | null }
}

const ROW_HEIGHT = 56

/**
 * A virtual grid: only the rows in sight exist, all are counted. One tab stop; arrow keys move through the rows. While a search has not
 * found yet, typing draws none of it.
 */
export const StockList = memo(function StockList(props: StockListProps) {
  const { entries, query, openId, age, top, onLeave, onOpen, onEscape, handle } = props
  const { db } = useServices()
  const { low_stock: lowStock } = useShopSettings(db)
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      entries.findIndex(({ id }) => id === openId),
    ),
  )
  const wantsFocus = useRef(false)
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    // Opened by its address, a product stands in sight; otherwise the list stands where it stood.
    initialOffset: () => {
      const index = top === 0 && openId !== null ? entries.findIndex(({ id }) => id === openId) : -1
      return index > 3 ? (index - 3) * ROW_HEIGHT : top
    },
  })
  const activeIndex = Math.min(active, entries.length - 1)

  const focusRow = useCallback((index: number) => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)
    wantsFocus.current = !row
    row?.focus({ preventScroll: true })
  }, [])

  const moveTo = useCallback(
    (index: number) => {
      const next = Math.max(0, Math.min(index, entries.length - 1))
      setActive(next)
      virtualizer.scrollToIndex(next, { align: 'auto' })
      focusRow(next)
    },
    [entries.length, virtualizer, focusRow],
  )

  // A row far away exists only after the scroll has rendered it: then it gets the focus that the key asked for.
  useLayoutEffect(() => {
    if (wantsFocus.current) focusRow(activeIndex)
  })

  // The screen moves the focus here from the search field and from the detail panel.
  useEffect(() => {
    handle.current = {
      focusFirst: () => moveTo(0),
      focusProduct: (id) => {
        const index = entries.findIndex((entry) => entry.id === id)
        if (index >= 0) moveTo(index)
      },
    }
    return () => {
      handle.current = null
    }
  }, [handle, entries, moveTo])

  useTopOfList(
    virtualizer,
    query,
    useCallback(() => setActive(0), []),
  )

  // Where the list stood is remembered when it goes, not at every scroll; a layout effect, because later it is no longer there.
  useLayoutEffect(() => {
    const element = scroller.current
    return () => {
      if (element) onLeave(element.scrollTop)
    }
  }, [onLeave])

  const open = useCallback(
    (index: number) => {
      const entry = entries[index]
      if (!entry) return
      setActive(index)
      onOpen(entry)
    },
    [entries, onOpen],
  )

  const pageRows = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2)
  const indexFor = (key: string): number | null => {
    switch (key) {
      case 'ArrowDown':
        return activeIndex + 1
      case 'ArrowUp':
        return activeIndex - 1
      case 'PageDown':
        return activeIndex + pageRows()
      case 'PageUp':
        return activeIndex - pageRows()
      case 'Home':
        return 0
      case 'End':
        return entries.length - 1
      default:
        return null
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const index = indexFor(event.key)
    if (index !== null) moveTo(index)
    else if (event.key === 'Enter' || event.key === ' ') open(activeIndex)
    else if (event.key === 'Escape') onEscape()
    else return
    event.preventDefault()
  }

  return (
    <div ref={scroller} className={styles.scroller}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table by its elements, a grid to the keys, as ARIA allows
        role="grid"
        className={styles.grid}
        aria-label={t('stock.list')}
        aria-rowcount={entries.length + 1}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const index = rowIndexOf(event.target)
          if (index !== null) open(index)
        }}
        onFocus={(event) => {
          const index = rowIndexOf(event.target)
          if (index !== null) setActive(index)
        }}
      >
        <thead className={styles.sticky}>
          <tr aria-rowindex={1} className={rowStyles.header}>
            <th scope="col">{t('stock.colProduct')}</th>
            <th scope="col" className={rowStyles.category}>
              {t('stock.colCategory')}
            </th>
            <th scope="col" className={rowStyles.headerPrice}>
              {t('stock.colPrice')}
            </th>
            <th scope="col" className={rowStyles.headerLevel}>
              {t('stock.colLevel')}
            </th>
            <th scope="col" className={rowStyles.headerStock}>
              {t('stock.colStock')}
            </th>
          </tr>
        </thead>
        <tbody className={styles.rows} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const entry = entries[item.index]
            if (!entry) return null
            return (
              // By its place: another search only changes what stands there.
              <StockRow
                key={item.key}
                entry={entry}
                index={item.index}
                top={item.start}
                isActive={item.index === activeIndex}
                isOpen={entry.id === openId}
                lowStock={lowStock}
                age={age}
              />
            )
          })}
        </tbody>
      </table>
    </div>
  )
})

function rowIndexOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return row ? Number(row.dataset.index) : null
}

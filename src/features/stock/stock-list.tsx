import { memo, useCallback, useEffect, useLayoutEffect, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../db/catalogue.ts'
import { useShopSettings } from '../../db/use-shop-settings.ts'
import { indexOf, useVirtualGrid } from '../../ui/use-virtual-grid.ts'
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

/** All rows are counted, those in sight exist. While a search has not found yet, typing draws none of it. */
export const StockList = memo(function StockList(props: StockListProps) {
  const { entries, query, openId, age, top, onLeave, onOpen, onEscape, handle } = props
  const { db } = useServices()
  const { low_stock: lowStock } = useShopSettings(db)
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const { height, rows, activeIndex, setActive, moveTo, moveBy } = useVirtualGrid({
    scroller,
    count: entries.length,
    rowHeight: ROW_HEIGHT,
    overscan: 3,
    query,
    // Opened by its address, a product stands in sight; otherwise the list stands where it stood.
    first: () => {
      const index = entries.findIndex(({ id }) => id === openId)
      return { index: Math.max(0, index), top: top === 0 && index > 3 ? (index - 3) * ROW_HEIGHT : top }
    },
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
    [entries, onOpen, setActive],
  )

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Enter' || event.key === ' ') open(activeIndex)
    else if (event.key === 'Escape') onEscape()
    else if (!moveBy(event)) return
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
          const index = indexOf(event.target)
          if (index !== null) open(index)
        }}
        onFocus={(event) => {
          const index = indexOf(event.target)
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
        <tbody className={styles.rows} style={{ height: height }}>
          {rows.map((item) => {
            const entry = entries[item.index]
            if (!entry) return null
            return (
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

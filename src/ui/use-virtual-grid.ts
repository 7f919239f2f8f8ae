import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'preact/compat'
import { indexAfterKey } from './index-after-key.ts'

export interface VirtualGridOptions {
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>
  /** Number of items, laid out row by row. */
  readonly count: number
  readonly columns?: number
  /** Height of every row, px. */
  readonly rowHeight: number
  /** Rows to render above and below the visible ones. */
  readonly overscan: number
  /** A key of the query behind the items; when it changes the grid scrolls to the top. */
  readonly query: string
  /** The item with the initial tab stop, and the initial scroll offset, px. */
  readonly first?: () => { readonly index: number; readonly top: number }
}

export interface VirtualGrid {
  /** px. */
  readonly height: number
  /** The rendered rows; `start` is a row's distance from the top, px. */
  readonly rows: readonly VirtualItem[]
  /** The one tab stop. */
  readonly activeIndex: number
  setActive(index: number): void
  /** Scrolls to an item and focuses it. */
  moveTo(index: number): void
  /** Moves the focus as the key asks. False: this key does not move it. */
  moveBy(event: KeyboardEvent): boolean
}

/**
 * A virtual list or grid: only the visible rows are rendered, with one tab stop (roving tabindex) and arrow keys through all items.
 * Items carry their index as `data-index`. Use the index as key, so that another search updates the existing elements.
 */
export function useVirtualGrid(options: VirtualGridOptions): VirtualGrid {
  const { scroller, count, columns = 1, rowHeight, overscan, query, first } = options
  const [begin] = useState(first)
  const [active, setActive] = useState(begin?.index ?? 0)
  const wantsFocus = useRef(false)
  const shownQuery = useRef(query)
  const virtualizer = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    initialOffset: begin?.top ?? 0,
  })
  const activeIndex = Math.min(active, count - 1)

  // Measure again when the row height changes: the virtualizer caches sizes.
  useLayoutEffect(() => {
    if (rowHeight > 0) virtualizer.measure()
  }, [virtualizer, rowHeight])

  const focus = useCallback(
    (index: number) => {
      const item = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)
      wantsFocus.current = !item
      item?.focus({ preventScroll: true })
    },
    [scroller],
  )

  const moveTo = useCallback(
    (index: number) => {
      const next = Math.max(0, Math.min(index, count - 1))
      setActive(next)
      virtualizer.scrollToIndex(Math.floor(next / columns), { align: 'auto' })
      focus(next)
    },
    [count, columns, virtualizer, focus],
  )

  // An item out of view is rendered only after the scroll, so focus it in the effect.
  useLayoutEffect(() => {
    if (wantsFocus.current) focus(activeIndex)
  })

  useLayoutEffect(() => {
    if (shownQuery.current === query) return
    shownQuery.current = query
    // Skip the scroll if the list is already at the top: scrolling forces a synchronous layout at every key of a search.
    if ((virtualizer.scrollOffset ?? 0) > 0) virtualizer.scrollToOffset(0)
    setActive(0)
  }, [virtualizer, query])

  return {
    height: virtualizer.getTotalSize(),
    rows: virtualizer.getVirtualItems(),
    activeIndex,
    setActive,
    moveTo,
    moveBy(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return false
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
      const index = indexAfterKey(event.key, activeIndex, { count, columns, page })
      if (index === null) return false
      moveTo(index)
      return true
    },
  }
}

/** Index of the item that an event came from; null: from none. */
export function indexOf(target: EventTarget | null): number | null {
  const item = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return item ? Number(item.dataset.index) : null
}

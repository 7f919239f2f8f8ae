import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'preact/compat'
import { indexAfterKey } from './index-after-key.ts'

export interface VirtualGridOptions {
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>
  /** Items; they fill the rows one after the other. */
  readonly count: number
  readonly columns?: number
  /** px; of all rows. */
  readonly rowHeight: number
  /** Rows that are drawn above and below those in sight. */
  readonly overscan: number
  /** Changes whenever the items answer another question: then it begins at its top. */
  readonly query: string
  /** The item that has the tab stop at first, and where the list stands then, px from its top. */
  readonly first?: () => { readonly index: number; readonly top: number }
}

export interface VirtualGrid {
  /** px. */
  readonly height: number
  /** Those in sight; `start` is a row's distance from the top, px. */
  readonly rows: readonly VirtualItem[]
  /** The one tab stop. */
  readonly activeIndex: number
  setActive(index: number): void
  /** Scrolls to an item and gives it the focus. */
  moveTo(index: number): void
  /** Moves as the key says. False: it moves nothing, and stands where it stood. */
  moveBy(event: KeyboardEvent): boolean
}

/**
 * A list or grid of which only the rows in sight exist: one tab stop, from which the keys lead through all of it. Its items carry their
 * index as `data-index`. Keep them by their place: another search then only changes what stands there.
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

  // The sizes of all rows change with the layout; the virtualizer keeps what it has measured.
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

  // An item far away exists only after the scroll has drawn it: then it gets the focus that the key asked for.
  useLayoutEffect(() => {
    if (wantsFocus.current) focus(activeIndex)
  })

  useLayoutEffect(() => {
    if (shownQuery.current === query) return
    shownQuery.current = query
    // To scroll makes the browser lay everything out at once: at each key of a search it is at the top already.
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

/** The item that an event came from; null: from none. */
export function indexOf(target: EventTarget | null): number | null {
  const item = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return item ? Number(item.dataset.index) : null
}

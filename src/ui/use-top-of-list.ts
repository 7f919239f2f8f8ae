import type { Virtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef } from 'preact/compat'

/** Another search, category or order is another list: it begins at its top, and `onOther` is told. `query` says what it answers. */
export function useTopOfList(
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  query: string,
  onOther: () => void = () => undefined,
): void {
  const shown = useRef(query)
  useLayoutEffect(() => {
    if (shown.current === query) return
    shown.current = query
    // To scroll makes the browser lay everything out at once: at each key of a search it is at the top already.
    if ((virtualizer.scrollOffset ?? 0) > 0) virtualizer.scrollToOffset(0)
    onOther()
  }, [virtualizer, query, onOther])
}

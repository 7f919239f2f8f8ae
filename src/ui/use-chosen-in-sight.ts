import { type RefCallback, useCallback, useLayoutEffect, useRef } from 'preact/compat'

/**
 * For a row that scrolls sideways: the chosen one of its buttons or links is in sight on load, whenever another is chosen, and when the
 * row has another width, as when a tablet is turned. `chosen`: changes with the choice, and with what there is to choose from. The row
 * scrolls, never the page around it.
 */
export function useChosenInSight<T extends HTMLElement = HTMLDivElement>(chosen: string): RefCallback<T> {
  const row = useRef<T>(null)
  const isShown = useRef(false)
  // Measured after the layout: only the browser knows how wide the words are.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice is what moves the row
  useLayoutEffect(() => {
    const isAnimated = isShown.current && !matchMedia('(prefers-reduced-motion: reduce)').matches
    isShown.current = (row.current?.clientWidth ?? 0) > 0
    bringInSight(row.current, isAnimated ? 'smooth' : 'instant')
  }, [chosen])
  // A row may come and go while its screen stays.
  return useCallback((element: T) => {
    row.current = element
    const sizes = new ResizeObserver(() => bringInSight(element, 'instant'))
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      row.current = null
    }
  }, [])
}

function bringInSight(row: HTMLElement | null, behavior: ScrollBehavior): void {
  const one = row?.querySelector<HTMLElement>('[aria-pressed="true"], [aria-current]')
  if (!row || !one) return
  const [outer, inner] = [row.getBoundingClientRect(), one.getBoundingClientRect()]
  // What is in sight stays under the finger that chose it.
  if (inner.left >= outer.left && inner.right <= outer.right) return
  row.scrollBy({ left: inner.left + inner.width / 2 - (outer.left + outer.width / 2), behavior })
}

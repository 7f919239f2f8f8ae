import type { RefCallback } from 'preact'
import { useCallback, useLayoutEffect, useRef } from 'preact/compat'

/**
 * Scrolls a horizontal row so that its chosen button or link is visible: on load, when another is chosen, and when the row's width
 * changes, as when a tablet is rotated. `chosen`: a key that changes with the choice and with the options. The page never scrolls.
 */
export function useChosenInSight<T extends HTMLElement = HTMLDivElement>(chosen: string): RefCallback<T> {
  const row = useRef<T>(null)
  const isShown = useRef(false)
  // Measure after layout: only then are the widths of the labels known.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice is what moves the row
  useLayoutEffect(() => {
    const isAnimated = isShown.current && !matchMedia('(prefers-reduced-motion: reduce)').matches
    isShown.current = (row.current?.clientWidth ?? 0) > 0
    bringInSight(row.current, isAnimated ? 'smooth' : 'instant')
  }, [chosen])
  // Use a ref callback: the row can mount and unmount while its screen stays.
  return useCallback((element: T | null) => {
    row.current = element
    if (element === null) return undefined
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
  // Do not scroll if it is already visible, so that it stays under the finger that chose it.
  if (inner.left >= outer.left && inner.right <= outer.right) return
  row.scrollBy({ left: inner.left + inner.width / 2 - (outer.left + outer.width / 2), behavior })
}

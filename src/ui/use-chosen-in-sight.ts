import { type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * For a row that scrolls sideways: the chosen one of its buttons or links is in sight on load, and whenever another is chosen. `chosen`:
 * changes with the choice, and with what there is to choose from. The row scrolls, never the page around it.
 */
export function useChosenInSight<T extends HTMLElement = HTMLDivElement>(chosen: string): RefObject<T | null> {
  const row = useRef<T>(null)
  const isShown = useRef(false)
  // Measured after the layout: only the browser knows how wide the words are.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice is what moves the row
  useLayoutEffect(() => {
    const element = row.current
    const one = element?.querySelector<HTMLElement>('[aria-pressed="true"], [aria-current]')
    if (!element || !one) return
    const [outer, inner] = [element.getBoundingClientRect(), one.getBoundingClientRect()]
    const isAnimated = isShown.current && !matchMedia('(prefers-reduced-motion: reduce)').matches
    isShown.current = outer.width > 0
    // What is in sight stays under the finger that chose it.
    if (inner.left >= outer.left && inner.right <= outer.right) return
    element.scrollBy({
      left: inner.left + inner.width / 2 - (outer.left + outer.width / 2),
      behavior: isAnimated ? 'smooth' : 'instant',
    })
  }, [chosen])
  return row
}

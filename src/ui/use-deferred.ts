import { useEffect, useLayoutEffect, useRef, useState } from 'preact/compat'

/** A render that takes no longer than this can run at every key, ms. */
const QUICK_MS = 10

/**
 * For content that is costly to render and changes with every key. Returns the value itself while rendering is fast. On a slow
 * tablet it lags: the frame with the typed text is painted first, and intermediate values are skipped.
 */
export function useDeferred<T>(value: T): T {
  const [shown, setShown] = useState(value)
  const lastMs = useRef(0)
  const given = lastMs.current <= QUICK_MS ? value : shown
  const begun = performance.now()

  // A layout effect runs after the children have rendered, so it can measure their cost.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is drawn anew for another value counts
  useLayoutEffect(() => {
    lastMs.current = performance.now() - begun
  }, [given])

  useEffect(() => {
    if (Object.is(shown, value)) return undefined
    let painted: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => {
      painted = setTimeout(() => setShown(value))
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(painted)
    }
  }, [shown, value])

  return given
}

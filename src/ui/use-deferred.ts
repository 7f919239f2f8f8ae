import { useEffect, useLayoutEffect, useRef, useState } from 'preact/compat'

/** What is drawn within this keeps up with every key, ms. */
const QUICK_MS = 10

/**
 * A value that changes at each key, for what is costly to draw by it. As long as that is quick it is the value itself; on a slow tablet it
 * comes after the frame that shows what was typed, and the values between are passed over.
 */
export function useDeferred<T>(value: T): T {
  const [shown, setShown] = useState(value)
  const lastMs = useRef(0)
  const given = lastMs.current <= QUICK_MS ? value : shown
  const begun = performance.now()

  // Children are drawn before it runs, so it knows what they cost.
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

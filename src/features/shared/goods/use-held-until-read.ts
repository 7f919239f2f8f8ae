import { useEffect, useRef } from 'preact/compat'
import { useCatalogue } from './catalogue-store.ts'

/**
 * `take`, for what asks the whole catalogue: what is scanned or entered while that is still being read is taken in its order once it is
 * here, and never called unknown before.
 */
export function useHeldUntilRead<Given extends unknown[]>(take: (...given: Given) => void): (...given: Given) => void {
  const isRead = useCatalogue().state !== 'loading'
  const held = useRef<Given[]>([])
  // The index is outside of the components: only the drawing that follows its reading knows it.
  useEffect(() => {
    if (isRead) for (const given of held.current.splice(0)) take(...given)
  })
  return (...given) => {
    if (isRead) take(...given)
    else held.current.push(given)
  }
}

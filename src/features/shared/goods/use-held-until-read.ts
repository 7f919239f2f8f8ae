import { useEffect, useRef } from 'preact/compat'
import { useCatalogue } from './catalogue-store.ts'

/**
 * Wraps `take`, which needs the whole catalogue. Calls made while the catalogue is still loading are queued and run in order once
 * it is loaded, so that no known code is reported as unknown.
 */
export function useHeldUntilRead<Given extends unknown[]>(take: (...given: Given) => void): (...given: Given) => void {
  const isRead = useCatalogue().state !== 'loading'
  const held = useRef<Given[]>([])
  // Run the queue in an effect: only the render after the load has the full index.
  useEffect(() => {
    if (isRead) for (const given of held.current.splice(0)) take(...given)
  })
  return (...given) => {
    if (isRead) take(...given)
    else held.current.push(given)
  }
}

import { useCallback, useState } from 'preact/compat'
import { keepJson, readKeptJson } from '../../../ui/kept.ts'

const KEY = 'mstore-favourites'

/** The products with a star on this device, and the way to give or take one. */
export function useFavourites(): [favourites: ReadonlySet<number>, toggle: (productId: number) => void] {
  const [favourites, setFavourites] = useState(read)
  const toggle = useCallback((productId: number) => {
    setFavourites((current) => {
      const next = new Set(current)
      if (!next.delete(productId)) next.add(productId)
      keepJson(KEY, [...next])
      return next
    })
  }, [])
  return [favourites, toggle]
}

function read(): ReadonlySet<number> {
  const stored = readKeptJson(KEY)
  return new Set(Array.isArray(stored) ? stored.filter((id) => Number.isSafeInteger(id)) : [])
}

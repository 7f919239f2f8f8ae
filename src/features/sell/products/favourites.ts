import { useCallback, useState } from 'react'

const KEY = 'mstore-favourites'

/** The products with a star on this device, and the way to give or take one. */
export function useFavourites(): [favourites: ReadonlySet<number>, toggle: (productId: number) => void] {
  const [favourites, setFavourites] = useState(read)
  const toggle = useCallback((productId: number) => {
    setFavourites((current) => {
      const next = new Set(current)
      if (!next.delete(productId)) next.add(productId)
      write(next)
      return next
    })
  }, [])
  return [favourites, toggle]
}

function read(): ReadonlySet<number> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return new Set(Array.isArray(stored) ? stored.filter((id) => Number.isSafeInteger(id)) : [])
  } catch {
    return new Set()
  }
}

function write(favourites: ReadonlySet<number>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...favourites]))
  } catch {
    // Full or forbidden: the stars last until the page is left.
  }
}

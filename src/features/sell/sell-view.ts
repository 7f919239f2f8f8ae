import { type Dispatch, type SetStateAction, useState } from 'react'

export type ProductLayout = 'tiles' | 'list'

/** How the products are looked at. Only the layout is kept: a new visit begins with all products. */
export interface SellView {
  readonly text: string
  readonly category: string | null
  readonly favouritesOnly: boolean
}

export const EVERYTHING: SellView = { text: '', category: null, favouritesOnly: false }

const LAYOUT_KEY = 'mstore-sell-layout'

/** Tiles or list, kept on this device. */
export function useProductLayout(): [ProductLayout, Dispatch<ProductLayout>] {
  const [layout, setLayout] = useState(read)
  return [
    layout,
    (next) => {
      setLayout(next)
      try {
        localStorage.setItem(LAYOUT_KEY, next)
      } catch {
        // Full or forbidden: it lasts until the page is left.
      }
    },
  ]
}

function read(): ProductLayout {
  try {
    return localStorage.getItem(LAYOUT_KEY) === 'list' ? 'list' : 'tiles'
  } catch {
    return 'tiles'
  }
}

export type SetSellView = Dispatch<SetStateAction<SellView>>

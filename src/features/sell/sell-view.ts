import { type Dispatch, type SetStateAction, useState } from 'preact/compat'
import { keep, readKept } from '../../ui/kept.ts'

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
      keep(LAYOUT_KEY, next)
    },
  ]
}

function read(): ProductLayout {
  return readKept(LAYOUT_KEY) === 'list' ? 'list' : 'tiles'
}

export type SetSellView = Dispatch<SetStateAction<SellView>>

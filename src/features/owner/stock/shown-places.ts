import type { InventoryRow, StockedProduct } from '../../../db/rows.ts'
import { fromThousandths, toThousandths } from '../../../domain/quantity.ts'

export interface ShownPlace {
  /** null: the product has no place yet. */
  readonly inventoryId: number | null
  readonly name: string
  readonly shown: number
}

/**
 * What each place of a product holds as this counter shows it. Sales of this counter that the server has not booked yet are
 * in the product's stock alone; they leave the first place.
 */
export function shownPlaces(product: Pick<StockedProduct, 'stock'>, places: readonly InventoryRow[]): ShownPlace[] {
  if (places.length === 0) return [{ inventoryId: null, name: '', shown: product.stock }]
  const held = places.reduce((sum, { quantity }) => sum + toThousandths(quantity), 0)
  const unsent = toThousandths(product.stock) - held
  const first = Math.min(...places.map(({ id }) => id))
  return places.map(({ id, place, quantity }) => ({
    inventoryId: id,
    name: place,
    shown: fromThousandths(toThousandths(quantity) + (id === first ? unsent : 0)),
  }))
}

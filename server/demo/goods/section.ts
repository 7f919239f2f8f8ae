/** The shape in which the demo shop's goods are written down. */

/** Name, price in rupiah for one unit, and the unit where it differs from the section's. */
export type CatalogueItem = readonly [name: string, price: number, unit?: string]

export interface CatalogueSection {
  readonly category: string
  /** Begins the SKU. */
  readonly code: string
  readonly unit: string
  /** Sold by weight: stock in thousandths, no barcode. */
  readonly weighed?: boolean
  readonly items: readonly CatalogueItem[]
}

/** What a stock number means to the person who reads it. */
export type StockLevel = 'enough' | 'low' | 'out'

/** @param lowStock at or below this many units a product is low: the shop's setting */
export function stockLevel(stock: number, lowStock: number): StockLevel {
  if (stock <= 0) return 'out'
  return stock <= lowStock ? 'low' : 'enough'
}

/** What a stock number means to the person who reads it. */
export type StockLevel = 'enough' | 'low' | 'out'

/** At or below this many units a product is low, until the shop sets its own threshold. */
export const LOW_STOCK_THRESHOLD = 5

export function stockLevel(stock: number, lowThreshold = LOW_STOCK_THRESHOLD): StockLevel {
  if (stock <= 0) return 'out'
  return stock <= lowThreshold ? 'low' : 'enough'
}

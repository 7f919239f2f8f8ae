/**
 * Quantities have at most three decimals (goods by weight). Sums are made in whole thousandths, because
 * `0.1 + 0.2 !== 0.3` would show as stock that never balances.
 */

/** Thousandths of a quantity, an integer. */
export function toThousandths(quantity: number): number {
  return Math.round(quantity * 1000)
}

export function fromThousandths(thousandths: number): number {
  return thousandths / 1000
}

/** Exact sum of quantities. */
export function addQuantities(...quantities: readonly number[]): number {
  return fromThousandths(quantities.reduce((sum, quantity) => sum + toThousandths(quantity), 0))
}

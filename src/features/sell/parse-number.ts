/**
 * What a person typed as a number. A comma and a point both stand for the decimals of a quantity, because keyboards' number
 * keys have either; in rupiah, which have no decimals, both only group.
 */

/** Units, or null when it is no number. Too many decimals are left to the cart's own rule. */
export function parseQuantity(text: string): number | null {
  const plain = text.trim().replace(',', '.')
  return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null
}

/** Whole rupiah, or null. */
export function parseRupiah(text: string): number | null {
  const plain = text.replaceAll(/[\s.,]|Rp/gi, '')
  return /^-?\d{1,15}$/.test(plain) ? Number(plain) : null
}

/** Basis points of a percentage with at most two decimals, or null. */
export function parsePercent(text: string): number | null {
  const value = parseQuantity(text.replace('%', ''))
  if (value === null) return null
  const basisPoints = Math.round(value * 100)
  return Math.abs(value * 100 - basisPoints) < 1e-6 ? basisPoints : null
}

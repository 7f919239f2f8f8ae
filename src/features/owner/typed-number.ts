/** What a person typed as a number. A point groups rupiah; in a quantity comma and point both stand for the decimals. */

/** Whole rupiah, not below zero, or null. */
export function parseRupiah(text: string): number | null {
  const plain = text.replaceAll(/[\s.]|Rp/gi, '')
  return /^\d{1,12}$/.test(plain) ? Number(plain) : null
}

/** Not below zero, at most three decimals, or null. */
export function parseQuantity(text: string): number | null {
  const plain = text.trim().replace(',', '.')
  return /^\d{1,9}(\.\d{0,3})?$|^\.\d{1,3}$/.test(plain) ? Number(plain) : null
}

/** Basis points of a percentage from 0 to 100 with at most two decimals, or null. */
export function parsePercent(text: string): number | null {
  const plain = text.replace('%', '').trim().replace(',', '.')
  if (!/^\d{1,3}(\.\d{0,2})?$/.test(plain)) return null
  const basisPoints = Math.round(Number(plain) * 100)
  return basisPoints <= 10_000 ? basisPoints : null
}

/** As it is typed: `7,5`. */
export function percentText(basisPoints: number): string {
  return String(basisPoints / 100).replace('.', ',')
}

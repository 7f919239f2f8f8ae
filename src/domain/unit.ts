/** What a product's unit says of its quantities. */

const MEASURES =
  /^(kg|kilo|kilogram|g|gr|gram|mg|ons|hg|ton|kw|kuintal|l|lt|ltr|liter|litre|ml|cc|dl|cl|m|mtr|meter|metre|cm|m2|m²|m3|m³|yard|yd|lb|oz)\.?$/i

/** True for goods by weight, volume or length, whose quantities have decimals. */
export function isMeasured(unit: string): boolean {
  return MEASURES.test(unit.trim())
}

/** True where a thousandth is what a scale shows, and a thousand of them is no sale at a counter: `1,250` kg, not `1,250` g. */
export function sellsThousandths(unit: string): boolean {
  return /^(kg|kilo|kilogram|ton|kw|kuintal|l|lt|ltr|liter|litre|m|mtr|meter|metre)\.?$/i.test(unit.trim())
}

/** What one press on plus or minus adds or takes. */
export function quantityStep(unit: string): number {
  return isMeasured(unit) ? 0.1 : 1
}

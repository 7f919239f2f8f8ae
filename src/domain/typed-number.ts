/**
 * The one dialect of typed numbers. Indonesian: a point groups thousands, a comma stands before decimals (`1.250.000`, `2,5`);
 * plain: digits alone, or a point before decimals as number keys write it (`1250000`, `2.5`). What the two read differently,
 * such as a quantity `1.500`, is refused instead of guessed. Pure.
 */

/** Thousands in groups, all of them. */
const GROUPED = /^\d{1,3}(?:[. \u00a0]\d{3})+$/
const DIGITS = /^\d+$/
const MOST_DIGITS = 12

/** Whole rupiah, never below zero, or null. `Rp 5.000`, `5.000,00` and `5.000,-` are 5000: rupiah have no decimals, so one group is one. */
export function parseRupiah(text: string): number | null {
  return wholeOf(rupiahDigits(text))
}

/**
 * Rupiah that come key by key: what stands there after one more key, a digit or several, a point or a comma. Behind a comma, or a point
 * that can't group, come decimals, which rupiah have not: digits there change nothing, so `50.000,00` and `50000.00` are fifty thousand.
 */
export function keyRupiah(text: string, key: string): string {
  if (text.includes(',')) return text
  if (/^\d+$/.test(key)) return `${text}${key}`.replace(/^0+(?=\d)/, '')
  const [first = '', ...groups] = text.split('.')
  const canGroup = /^[1-9]\d{0,2}$/.test(first) && groups.every((group) => group.length === 3)
  if (text === '' || (key !== ',' && key !== '.')) return text
  return `${text}${key === '.' && canGroup ? '.' : ','}`
}

/** Null: nothing yet, or not an amount yet, such as `5.00` on its way to `5.000`. */
export function readKeyedRupiah(text: string): number | null {
  const plain = text.replace(/,$/, '')
  return DIGITS.test(plain) ? Number(plain) : parseRupiah(plain)
}

/** At most three decimals, or null. Below zero only where `signed`. */
export function parseQuantity(text: string, { signed = false } = {}): number | null {
  const { sign, digits } = splitSign(text)
  if (sign < 0 && !signed) return null
  const value = isAmbiguousQuantity(digits) ? null : decimalOf(digits, 3)
  return value === null ? null : withSign(sign, value)
}

/** Basis points of a percentage that is not below zero and has at most two decimals, or null. */
export function parsePercent(text: string): number | null {
  const value = decimalOf(text.replace(/\s*%\s*$/, '').trim(), 2)
  return value === null ? null : Math.round(value * 100)
}

/** `1.500`: one and a half to one person, one thousand five hundred to another. */
export function isAmbiguousQuantity(text: string): boolean {
  return /^[+-]?[1-9]\d{0,2}\.\d{3}$/.test(text.trim())
}

/** How each of the two would be typed so that nobody takes it for the other. */
export function ambiguousReadings(text: string): { readonly whole: string; readonly decimal: string } {
  return { whole: text.trim().replace('.', ''), decimal: text.trim().replace('.', ',') }
}

/** As it is typed: `7,5`. */
export function percentText(basisPoints: number): string {
  return String(basisPoints / 100).replace('.', ',')
}

/**
 * Rupiah in a file, or null. A program that writes every number with decimals makes `15.000` of fifteen, a spreadsheet makes it of
 * fifteen thousand: one group alone is refused. `1.250.000` and `15000.00` have one reading.
 */
export function readFileRupiah(text: string): number | null {
  const digits = text.trim().replace(/^Rp\.?\s*/i, '')
  if (/^\d{1,3}\.\d{3}$/.test(digits)) return null
  return wholeOf(rupiahDigits(digits.replace(/^(\d+)\.0{1,2}$/, '$1')))
}

/**
 * A quantity in a file, or null. Where commas stand between the cells, a point can only stand before decimals, as in this
 * program's own files; elsewhere `1.500` has two readings and is refused.
 */
export function readFileQuantity(text: string, { hasCommas }: { readonly hasCommas: boolean }): number | null {
  const plain = text.trim()
  if (hasCommas && /^-?\d{1,9}\.\d{1,3}$/.test(plain)) return Number(plain) + 0
  return parseQuantity(plain, { signed: true })
}

function rupiahDigits(text: string): string {
  return text
    .trim()
    .replace(/^Rp\.?\s*/i, '')
    .replace(/,(?:0{1,2}|-{1,2})$/, '')
}

function wholeOf(digits: string): number | null {
  const plain = GROUPED.test(digits) ? digits.replace(/\D/g, '') : digits
  return DIGITS.test(plain) && plain.length <= MOST_DIGITS ? Number(plain) : null
}

/** `2,5`, `2.5`, `,5`, `2,` and `1.250,5`. */
function decimalOf(text: string, decimals: 2 | 3): number | null {
  const [whole = '', fraction = '', ...more] = text.trim().split(',')
  if (more.length > 0) return null
  if (text.includes(',')) {
    const units = whole === '' && fraction !== '' ? 0 : wholeOf(whole)
    return units === null ? null : withFraction(units, fraction, decimals)
  }
  if (GROUPED.test(whole) && whole.split('.').length > 2) return wholeOf(whole)
  const parts = /^(\d*)\.?(\d*)$/.exec(whole)
  if (!parts || whole === '' || whole === '.') return null
  return withFraction(Number(parts[1]), parts[2] ?? '', decimals)
}

function withFraction(units: number, fraction: string, decimals: 2 | 3): number | null {
  if (!/^\d*$/.test(fraction) || fraction.length > decimals) return null
  const value = Number(`${units}.${fraction || '0'}`)
  return Number.isSafeInteger(Math.round(value * 1000)) ? value : null
}

function splitSign(text: string): { sign: 1 | -1; digits: string } {
  const plain = text.trim()
  return plain.startsWith('-') ? { sign: -1, digits: plain.slice(1) } : { sign: 1, digits: plain }
}

function withSign(sign: 1 | -1, value: number): number {
  return sign < 0 && value !== 0 ? -value : value
}

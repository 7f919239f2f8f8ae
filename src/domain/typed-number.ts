/**
 * The one dialect of typed numbers. Indonesian: a point groups thousands, a comma stands before decimals (`1.250.000`, `2,5`);
 * plain: digits alone, or a point before decimals as number keys write it (`1250000`, `2.5`). What two people read differently,
 * such as a quantity `1.500` or `5,000`, is refused instead of guessed, in forms, dialogs and files alike. Pure.
 */

/** Thousands in groups, all of them, parted by one sign. No group begins with a zero: `0.500` is a half. */
const GROUPED = /^[1-9]\d{0,2}([. \u00a0\u202f])\d{3}(?:\1\d{3})*$/
const DIGITS = /^\d+$/
const MOST_DIGITS = 12

/**
 * Whole rupiah, never below zero, or null. Rupiah have no decimals, so one group is one: `Rp 5.000`, `5.000,00`, `5.000,-` and `5000.00`
 * are 5000. `5,000` is five thousand to one person and five to another, and `5.00` may be on its way to `5.000`: neither is an amount.
 */
export function parseRupiah(text: string): number | null {
  return wholeOf(rupiahDigits(text))
}

/** Rupiah that come key by key: what stands there after one more key, a digit or several, a point or a comma. */
export function keyRupiah(text: string, key: string): string {
  if (DIGITS.test(key)) return `${text}${key}`.replace(/^0+(?=\d)/, '')
  if (key !== ',' && key !== '.') return text
  return text === '' || text.includes(',') || text.endsWith('.') ? text : `${text}${key}`
}

/** As a form reads it; digits alone are never too many to be read, so that a barcode is refused as too much. */
export function readKeyedRupiah(text: string): number | null {
  return DIGITS.test(text) ? Number(text) : parseRupiah(text)
}

/** How a quantity is to be read. */
interface QuantityDialect {
  /** May be below zero. */
  readonly signed?: boolean
  /** Goods sold by the kilogram, litre or metre: three digits behind a comma are what the scale shows. */
  readonly thousandths?: boolean
}

/** At most three decimals, or null. */
export function parseQuantity(
  text: string,
  { signed = false, thousandths = false }: QuantityDialect = {},
): number | null {
  const { sign, digits } = splitSign(text)
  if (sign < 0 && !signed) return null
  const value = isAmbiguousQuantity(digits, { thousandths })
    ? null
    : decimalOf(digits.replace(/([.,]\d{3})0$/, '$1'), 3)
  return value === null ? null : withSign(sign, value)
}

/** Basis points of a percentage that is not below zero and has at most two decimals, or null. */
export function parsePercent(text: string): number | null {
  const value = decimalOf(text.replace(/\s*%\s*$/, '').trim(), 2)
  return value === null ? null : Math.round(value * 100)
}

/** `1.500` and `1,500`: one and a half to one person, one thousand five hundred to another. */
export function isAmbiguousQuantity(text: string, { thousandths = false }: QuantityDialect = {}): boolean {
  const plain = text.trim().replace(/^[+-]/, '')
  return /^[1-9]\d{0,2}[.,]\d{3}$/.test(plain) && !(thousandths && plain.includes(','))
}

/** How each of the two would be typed so that nobody takes it for the other: `1500` and `1,5`, `2125` and `2,1250`. */
export function ambiguousReadings(text: string): { readonly whole: string; readonly decimal: string } {
  const [units = '', thousandths = ''] = text.trim().split(/[.,]/)
  const fraction = thousandths.replace(/0+$/, '')
  const decimals = fraction.length === 3 ? `${fraction}0` : fraction
  return { whole: `${units}${thousandths}`, decimal: decimals === '' ? units : `${units},${decimals}` }
}

/** A quantity as a field shows it for editing: no groups, decimals behind `mark`, read back as itself. */
export function quantityText(quantity: number, mark: string, dialect: QuantityDialect = {}): string {
  const text = String(quantity).replace('.', mark)
  return isAmbiguousQuantity(text, dialect) ? `${text}0` : text
}

/** As it is typed: `7,5`. */
export function percentText(basisPoints: number): string {
  return String(basisPoints / 100).replace('.', ',')
}

/**
 * Rupiah in a file, or null. A program that writes every number with decimals makes `15.000` of fifteen, a spreadsheet makes it of
 * fifteen thousand: one group alone is refused. `1.250.000` and `500.00` have one reading, as no cell is on its way to another number.
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
    .replace(/,(?:0{0,2}|-{1,2})$/, '')
    .replace(/^(\d{4,})\.0{0,2}$/, '$1')
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
  if (GROUPED.test(whole) && !/^\d+\.\d+$/.test(whole)) return wholeOf(whole)
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

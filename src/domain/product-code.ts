/**
 * One code, one spelling. A SKU or barcode comes from a file, a form, a scanner or plain SQL; here is what is stored of it, and
 * by which spelling two of them are the same. Pure; the database compares by the same rule (`canonical_code`, migration 0015).
 */

/** Spreadsheets and keyboards put these into a text where nobody sees them. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g
const BLANKS = /[\s\u00a0]+/g
/** Excel's ways to keep a number as a text: `'0899`, `="0899"`. */
const TEXT_FORMULA = /^="([^"]*)"$/
/** `8.99E+12`, `8,99E12`: the digits behind it are lost. `1E10` without either sign may be a real code. */
const EXPONENT = /^\d+(?:[.,]\d+E\+?|E\+)\d+$/i
/** A number that a spreadsheet gave decimals: `8991002101234.00`. */
const DECIMALS = /^\d{6,}[.,]0+$/

/** Why a text can't be kept as a code. `exponent`: a spreadsheet made a number of it. `blanks`: no scanner would read it so. */
export type CodeFault = 'exponent' | 'blanks'
export type ReadCode = { readonly ok: true; readonly code: string } | { readonly ok: false; readonly fault: CodeFault }

/** A SKU as it is stored: no apostrophe in front, no blanks around, one between words. Empty: there is none. */
export function readSku(text: string): ReadCode {
  const code = clean(text)
  return isSpreadsheetNumber(code) ? { ok: false, fault: 'exponent' } : { ok: true, code }
}

/** A barcode as it is stored: in its one spelling, without blanks between digits. Empty: there is none. */
export function readBarcode(text: string): ReadCode {
  const code = joinDigits(clean(text.normalize('NFKC')))
  if (isSpreadsheetNumber(code)) return { ok: false, fault: 'exponent' }
  if (!/^[\x21-\x7e]*$/.test(code)) return { ok: false, fault: 'blanks' }
  return { ok: true, code: canonicalGtin(code) }
}

/** The spelling that a stored SKU is compared by. */
export function skuKey(text: string): string {
  return clean(text)
}

/** The spelling that a stored barcode is compared by, also one that was stored before there was this rule. */
export function barcodeKey(text: string): string {
  return canonicalGtin(joinDigits(clean(text)))
}

/**
 * UPC-A is EAN-13 without its leading zero, and GTIN-14 writes either with more of them: a shop's spelling is that of the EAN,
 * 13 digits or 8. A GTIN-14 that begins with another digit is a carton, so another product. The check digit is not looked at:
 * shops print codes of their own, and zeros in front change none.
 */
function canonicalGtin(code: string): string {
  if (!/^\d{12,14}$/.test(code)) return code
  const full = code.padStart(14, '0')
  if (full.startsWith('000000')) return full.slice(6)
  return full.startsWith('0') ? full.slice(1) : full
}

function clean(text: string): string {
  const plain = text.replace(INVISIBLE, '').replace(BLANKS, ' ').trim()
  const unwrapped = TEXT_FORMULA.exec(plain)?.[1] ?? plain.replace(/^'+/, '')
  return unwrapped.trim()
}

/** `8 991002 101234`, as it is printed below the bars. */
function joinDigits(code: string): string {
  return /^\d+(?: \d+)+$/.test(code) ? code.replaceAll(' ', '') : code
}

function isSpreadsheetNumber(code: string): boolean {
  return EXPONENT.test(code) || DECIMALS.test(code)
}

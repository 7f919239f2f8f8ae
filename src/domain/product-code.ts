/**
 * One code, one spelling. A SKU or barcode comes from a file, a form, a scanner or plain SQL; here is what is stored of it, and
 * by which spelling two of them are the same. Pure; the database compares by the same rule (`canonical_code`, migration 0015).
 */

/** Spreadsheets and keyboards put these into a text where nobody sees them. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g
const BLANKS = /[\s\u00a0]+/g
/** What a keyboard or a word processor makes of the apostrophe in front of a number that is to stay a text. */
const APOSTROPHES = /^['\u2018\u2019\u201b\u02bc\u2032]+/
const QUOTES = /[\u201c-\u201f]/g
/** Excel's ways to keep a number as a text: `'0899`, `="0899"`. */
const TEXT_FORMULA = /^="([^"]*)"$/
/** `8.99E+12`, `8,99E12`: the digits behind it are lost. `1E10` without either sign may be a real code. */
const EXPONENT = /^\d+(?:[.,]\d+E\+?|E\+)\d+$/i
/** A number that a spreadsheet gave decimals: `8991002101234.00`. */
const DECIMALS = /^\d{6,}[.,]0*$/
/** `8.991.002.101.234`, `89,91,00,234`: thousands or lakhs apart, perhaps with decimals behind. */
const GROUPED = /^\d{1,3}(?:([.,'\u2019])\d{3}(?:\1\d{3})+|(?:,\d{2})+,\d{3})(?:[.,]0*)?$/
/** Points between groups may be a shop's own SKU, `100.200.300`; not between as many digits as a number code has. */
const GROUPED_SKU_DIGITS = 10
/** `8991002101234-`, `(8991002101234)`: as accounts write what is owed. */
const SIGNED = /^(?:[-+]\d{8,}|\d{8,}-|\(\d{8,}\))$/
/** What a spreadsheet shows of a column that is too narrow, or of a formula that failed. */
const SHOWN_INSTEAD = /^#(?:#*|N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|GETTING_DATA)$/i

/**
 * Why a text can't be kept as a code. A spreadsheet made a number of it and lost digits (`exponent`), or dressed it as an amount
 * (`dressed`), or wrote something else in its place (`instead`). `blanks`: no scanner would read it so.
 */
export type CodeFault = 'exponent' | 'dressed' | 'instead' | 'blanks'
export type ReadCode = { readonly ok: true; readonly code: string } | { readonly ok: false; readonly fault: CodeFault }

/** A SKU as it is stored: no apostrophe in front, no blanks around, one between words. Empty: there is none. */
export function readSku(text: string): ReadCode {
  const code = clean(plainSigns(text))
  const fault = spreadsheetFault(code, GROUPED_SKU_DIGITS)
  return fault === null ? { ok: true, code } : { ok: false, fault }
}

/** A barcode as it is stored: in its one spelling, without blanks between digits. Empty: there is none. */
export function readBarcode(text: string): ReadCode {
  const code = joinDigits(clean(plainSigns(text.normalize('NFKC'))))
  const fault = spreadsheetFault(code, 0)
  if (fault !== null) return { ok: false, fault }
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

/** True for what a spreadsheet writes where it has no value: no text of a person, whatever the column. */
export function isShownInstead(text: string): boolean {
  return SHOWN_INSTEAD.test(text.trim())
}

/** Full-width letters and digits as plain ones; no apostrophe of any kind in front. Only of what comes in: rows are compared as they are. */
function plainSigns(text: string): string {
  const narrow = text.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
  const visible = narrow.replace(INVISIBLE, '').trim().replace(APOSTROPHES, '')
  return visible.startsWith('=') ? visible.replace(QUOTES, '"') : visible
}

/** @param fewest digits from which groups are an amount and not a code */
function spreadsheetFault(code: string, fewest: number): CodeFault | null {
  const joined = code.replaceAll(' ', '')
  if (EXPONENT.test(joined) || DECIMALS.test(joined)) return 'exponent'
  if (isShownInstead(joined)) return 'instead'
  const isGrouped = GROUPED.test(joined) && joined.replace(/\D/g, '').length >= fewest
  return isGrouped || SIGNED.test(joined) ? 'dressed' : null
}

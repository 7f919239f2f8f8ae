/**
 * What a scanner or a camera gives, and under which codes the product may be kept. Pure.
 *
 * A scanner may put a symbology identifier in front (`]E0`, ISO/IEC 15424). GS1-128, GS1 DataMatrix, GS1 QR and GS1 DataBar hold
 * element strings: an application identifier and its value, one after the other; those of no fixed length end with FNC1, which
 * arrives as the control character GS. AI (01) is the product's GTIN. AI (02) is what lies inside of a pallet: not the pallet.
 */
import { barcodeKey } from './product-code.ts'

/** FNC1 as it is transmitted. */
export const GROUP_SEPARATOR = '\u001d'

/** `]c m`: which symbology it was read from. */
const IDENTIFIER = /^\]([A-Za-z])([0-9a-zA-Z])/
/** Symbologies whose content is a GS1 element string. */
const GS1_IDENTIFIERS: ReadonlySet<string> = new Set(['C1', 'e0', 'd2', 'Q3', 'J1'])
/** EAN-13 and UPC with an add-on of two or five digits behind the code, in one message. */
const WITH_ADD_ON = 'E3'
const EAN_DIGITS = 13

/** Length of value by the first two digits of an application identifier, where FNC1 may be left out (GS1 General Specifications). */
const FIXED_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['00', 18],
  ['01', 14],
  ['02', 14],
  ['03', 14],
  ['04', 16],
  ...['11', '12', '13', '14', '15', '16', '17', '18', '19'].map((ai) => [ai, 6] as const),
  ['20', 2],
  // Four digits of identifier, six of value.
  ...['31', '32', '33', '34', '35', '36'].map((ai) => [ai, 8] as const),
  ['41', 14],
])

export interface Scan {
  /** For people: without control characters. */
  readonly text: string
  /** Spellings under which the product may be kept, the plainest first; each once, as `barcodeKey` writes them. */
  readonly codes: readonly string[]
  /** True when it says of itself what it is: nobody types that. */
  readonly isMarked: boolean
}

/** Reads one scan, or a code that was typed. Never throws. */
export function readScan(input: string): Scan {
  const identifier = IDENTIFIER.exec(input.trim())
  const symbology = identifier ? `${identifier[1]}${identifier[2]}` : ''
  const content = identifier ? input.trim().slice(3) : input.trim()
  const plain = withoutSeparators(content)
  const gtin = findGtin(content, symbology)
  const isSeparated = content.includes(GROUP_SEPARATOR)
  const candidates = [symbology === WITH_ADD_ON ? plain.slice(0, EAN_DIGITS) : plain, gtin ?? '']
  const codes = [...new Set(candidates.map(barcodeKey))].filter((code) => code !== '')
  return { text: gtin ?? plain, codes, isMarked: identifier !== null || isSeparated || gtin !== null }
}

/** UPC-E as its number of twelve digits: the form that catalogues have. Other texts stay as they are. */
export function expandUpcE(code: string): string {
  const parts = /^([01])(\d{6})(\d)$/.exec(code)
  if (!parts) return code
  const [, system = '', body = '', check = ''] = parts
  const last = body.slice(5)
  const two = body.slice(0, 2)
  if (last <= '2') return `${system}${two}${last}0000${body.slice(2, 5)}${check}`
  if (last === '3') return `${system}${body.slice(0, 3)}00000${body.slice(3, 5)}${check}`
  if (last === '4') return `${system}${body.slice(0, 4)}00000${body.slice(4, 5)}${check}`
  return `${system}${body.slice(0, 5)}0000${last}${check}`
}

/** True when the last digit of a GTIN is the check digit of the others. */
export function hasCheckDigit(gtin: string): boolean {
  if (!/^\d{8,14}$/.test(gtin)) return false
  const digits = [...gtin].map(Number).toReversed()
  return digits.reduce((sum, digit, index) => sum + digit * (index % 2 === 0 ? 1 : 3), 0) % 10 === 0
}

function findGtin(content: string, symbology: string): string | null {
  if (/^\(\d{2,4}\)/.test(content)) return gtinInBrackets(content)
  const link = /^https?:\/\/[^?#]*\/01\/(\d{8}|\d{12,14})(?:[/?#]|$)/i.exec(content)?.[1]
  if (link) return link
  const text = content.startsWith(GROUP_SEPARATOR) ? content.slice(1) : content
  const isSaid = GS1_IDENTIFIERS.has(symbology) || text.length < content.length || text.includes(GROUP_SEPARATOR)
  if (symbology !== '' && !isSaid) return null
  const gtin = gtinInElements(text)
  // A number that nothing calls GS1 and that begins with 01 may be anything: its check digit has to be right.
  return gtin !== null && (isSaid || hasCheckDigit(gtin)) ? gtin : null
}

function gtinInBrackets(content: string): string | null {
  return /\(01\)\s*(\d{14})(?!\d)/.exec(content)?.[1] ?? null
}

function gtinInElements(text: string): string | null {
  let rest = text
  while (rest.length > 2) {
    const length = FIXED_LENGTHS.get(rest.slice(0, 2))
    const end = length === undefined ? rest.indexOf(GROUP_SEPARATOR) : 2 + length
    if (end < 0 || end > rest.length) return null
    const element = rest.slice(0, end)
    if (/^01\d{14}$/.test(element)) return element.slice(2)
    if (length !== undefined && !/^\d+$/.test(element)) return null
    rest = rest.slice(rest[end] === GROUP_SEPARATOR ? end + 1 : end)
  }
  return null
}

/** Other control characters are a scanner's own, such as the end of its message. */
function withoutSeparators(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken off here
  return text.replace(/[\u0000-\u001f\u007f]/g, '')
}

/** The one reader of text files, for every way in. Pure: browsers and Node decode alike. */

/** As far as it is used; the libraries of pure code name neither a browser nor Node. */
declare const TextDecoder: {
  new (encoding: string, options?: { readonly fatal?: boolean }): { decode(bytes: Uint8Array): string }
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** A character of UTF-8 that takes several bytes and was not lost. */
const SEVERAL_BYTES = /[\u0080-\ufffc\ufffe\uffff]/
/** The bytes of U+FFFD, as a program left them that had lost a character before. */
const LOST_BEFORE = '\u00ef\u00bf\u00bd'

/** So many bytes tell UTF-16 from anything else. */
const SAMPLE_BYTES = 512

/**
 * The text of a spreadsheet's file: by its byte order mark, else UTF-16 by its zero bytes, else UTF-8, else what older programs on
 * Windows write (Windows-1252). Never throws; in a file that claims an encoding and breaks it, lost characters become U+FFFD. So
 * does one that holds characters of UTF-8 beside bytes that are none: read as Windows-1252, each of its names would be another one.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = markedEncoding(bytes) ?? utf16ByZeros(bytes)
  if (encoding !== null) return new TextDecoder(encoding).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const broken = new TextDecoder('utf-8').decode(bytes)
    const older = new TextDecoder('windows-1252').decode(bytes)
    return SEVERAL_BYTES.test(broken) || older.includes(LOST_BEFORE) ? broken : older
  }
}

function markedEncoding([first, second, third]: Uint8Array): Encoding | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}

/** Text has no zero bytes, and in UTF-16 every second one of plain letters, commas and line ends is zero. */
function utf16ByZeros(bytes: Uint8Array): Encoding | null {
  let even = 0
  let odd = 0
  const end = Math.min(bytes.length, SAMPLE_BYTES)
  for (let index = 0; index < end; index += 1) {
    if (bytes[index] !== 0) continue
    if (index % 2 === 0) even += 1
    else odd += 1
  }
  if (odd > end / 4 && even === 0) return 'utf-16le'
  return even > end / 4 && odd === 0 ? 'utf-16be' : null
}

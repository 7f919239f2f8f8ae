/**
 * Where the values of a JSON text begin and end, how deep they nest and how many they are, from its bytes alone: nothing is built,
 * so that a text is refused before it costs anything. It does not check the grammar; whoever parses a part does. Pure.
 */

/** A value's place, and what it holds. Counted are arrays, objects and what stands in them. */
export interface JsonExtent {
  readonly start: number
  readonly end: number
  readonly depth: number
  readonly values: number
}

/** The bytes are cut off, or no value stands where one must. */
export class JsonScanError extends Error {
  override readonly name = 'JsonScanError'
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** The whole text. */
export function scanJson(bytes: Buffer): JsonExtent {
  const value = scanValue(bytes, startOf(bytes))
  if (skipBlanks(bytes, value.end) !== bytes.length) throw new JsonScanError('Something follows the value')
  return value
}

/** Where the text's value begins. */
export function startOf(bytes: Buffer): number {
  return skipBlanks(bytes, bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0)
}

/** The value that begins at `start`. */
export function scanValue(bytes: Buffer, start: number): JsonExtent {
  let depth = 0
  let deepest = 0
  let values = 1
  let at = start
  do {
    const byte = bytes[at]
    if (byte === undefined) throw new JsonScanError('The text ends within a value')
    if (byte === QUOTE) at = endOfString(bytes, at)
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth += 1
      values += 1
      if (depth > deepest) deepest = depth
      at += 1
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      if (depth === 0) throw new JsonScanError('A value is missing')
      depth -= 1
      at += 1
    } else if (depth === 0) {
      at = endOfWord(bytes, at)
    } else {
      if (byte === COMMA) values += 1
      at += 1
    }
  } while (depth > 0)
  return { start, end: at, depth: deepest, values }
}

/** The members of the object that begins at `start`, in order, one by one. `key` as it stands there, with its quotes. */
export function* membersOf(bytes: Buffer, start: number): Generator<{ key: string; value: number }, void, number> {
  if (bytes[start] !== OPEN_OBJECT) throw new JsonScanError('This is no object')
  let at = skipBlanks(bytes, start + 1)
  if (bytes[at] === CLOSE_OBJECT) return
  for (;;) {
    if (bytes[at] !== QUOTE) throw new JsonScanError('A key is missing')
    const keyEnd = endOfString(bytes, at)
    const key = bytes.toString('utf8', at, keyEnd)
    const colon = skipBlanks(bytes, keyEnd)
    if (bytes[colon] !== COLON) throw new JsonScanError('A colon is missing')
    // Whoever reads the value says where it ends.
    const end = yield { key, value: skipBlanks(bytes, colon + 1) }
    at = skipBlanks(bytes, end)
    if (bytes[at] === CLOSE_OBJECT) return
    if (bytes[at] !== COMMA) throw new JsonScanError('A comma is missing')
    at = skipBlanks(bytes, at + 1)
  }
}

/** The elements of the array that begins at `start`, one by one; in the end where the array ends. */
export function* elementsOf(bytes: Buffer, start: number): Generator<JsonExtent, number> {
  let at = skipBlanks(bytes, start + 1)
  if (bytes[at] === CLOSE_ARRAY) return at + 1
  for (;;) {
    const element = scanValue(bytes, at)
    yield element
    at = skipBlanks(bytes, element.end)
    if (bytes[at] === CLOSE_ARRAY) return at + 1
    if (bytes[at] !== COMMA) throw new JsonScanError('A comma is missing')
    at = skipBlanks(bytes, at + 1)
  }
}

export function isArrayAt(bytes: Buffer, start: number): boolean {
  return bytes[start] === OPEN_ARRAY
}

function endOfString(bytes: Buffer, start: number): number {
  for (let quote = bytes.indexOf(QUOTE, start + 1); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let backslashes = 0
    while (bytes[quote - 1 - backslashes] === BACKSLASH && quote - 1 - backslashes > start) backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
  }
  throw new JsonScanError('A string is not closed')
}

/** Of a number, true, false or null. */
function endOfWord(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && !isBlank(bytes[at]) && !isSign(bytes[at])) at += 1
  if (at === start) throw new JsonScanError('A value is missing')
  return at
}

function skipBlanks(bytes: Buffer, start: number): number {
  let at = start
  while (isBlank(bytes[at])) at += 1
  return at
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function isSign(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || byte === COLON
}

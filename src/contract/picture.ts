/**
 * Looks into a picture before it is stored or shown: what calls itself a PNG has to be one, from its first byte to its last, and of
 * a size that a tablet can paint. Pure; nothing is unpacked.
 */

/** As far as it is used; the libraries of pure code name neither a browser nor Node. */
declare const atob: (base64: string) => string

export type PictureType = 'png' | 'jpeg' | 'webp'

/** Longest side in pixels. A few bytes can announce a picture that takes gigabytes once it is painted. */
const SIDE_MAX = 4_096
const DATA_URL = /^data:image\/(png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})$/

/** True for `data:image/…;base64,…` that holds a picture of the type it names. Never throws. */
export function isPicture(url: string): boolean {
  const [, type, base64] = DATA_URL.exec(url) ?? []
  const bytes = base64 === undefined ? null : decode(base64)
  if (bytes === null || (type !== 'png' && type !== 'jpeg' && type !== 'webp')) return false
  const size = SIZES[type](bytes)
  return size !== null && [size.width, size.height].every((side) => side >= 1 && side <= SIDE_MAX)
}

interface Size {
  readonly width: number
  readonly height: number
}

const SIZES: Readonly<Record<PictureType, (bytes: Uint8Array) => Size | null>> = {
  png: pngSize,
  jpeg: jpegSize,
  webp: webpSize,
}

function decode(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const CHUNK_FRAME_BYTES = 12

/** Signature, then chunks `length type data crc`: IHDR first, some IDAT, IEND with nothing behind it. */
function pngSize(bytes: Uint8Array): Size | null {
  if (!PNG_SIGNATURE.every((byte, index) => bytes[index] === byte)) return null
  let at = PNG_SIGNATURE.length
  let size: Size | null = null
  let hasPixels = false
  while (at + CHUNK_FRAME_BYTES <= bytes.length) {
    const length = uint32(bytes, at)
    const type = latin1(bytes, at + 4, 4)
    const end = at + CHUNK_FRAME_BYTES + length
    if (end > bytes.length || (size === null) !== (type === 'IHDR')) return null
    if (type === 'IHDR' && length === 13) size = { width: uint32(bytes, at + 8), height: uint32(bytes, at + 12) }
    if (size === null) return null
    if (type === 'IDAT') hasPixels = true
    if (type === 'IEND') return hasPixels && end === bytes.length ? size : null
    at = end
  }
  return null
}

const JPEG_START = 0xd8
const JPEG_SCAN = 0xda
const JPEG_END = 0xd9
/** Tables that share the range of the frame headers. */
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc])

/** Segments `ff marker length data` up to the first scan; a frame header among them says the size; the end mark is last. */
function jpegSize(bytes: Uint8Array): Size | null {
  const isWhole = bytes[0] === 0xff && bytes[1] === JPEG_START && bytes.at(-2) === 0xff && bytes.at(-1) === JPEG_END
  if (!isWhole) return null
  let at = 2
  let size: Size | null = null
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    if (marker === JPEG_SCAN) return size
    const length = uint16(bytes, at + 2)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker)
    if (isFrame && length >= 8) size = { width: uint16(bytes, at + 7), height: uint16(bytes, at + 5) }
    if (length < 2) return null
    at += 2 + length
  }
  return null
}

/** A RIFF file that is as long as it says, whose first chunk is one of the three that WebP knows. */
function webpSize(bytes: Uint8Array): Size | null {
  if (bytes.length < 30 || latin1(bytes, 0, 4) !== 'RIFF' || latin1(bytes, 8, 4) !== 'WEBP') return null
  if (little(bytes, 4, 4) + 8 !== bytes.length) return null
  switch (latin1(bytes, 12, 4)) {
    case 'VP8X':
      return { width: little(bytes, 24, 3) + 1, height: little(bytes, 27, 3) + 1 }
    case 'VP8L': {
      const bits = little(bytes, 21, 4)
      return bytes[20] === 0x2f ? { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 } : null
    }
    case 'VP8 ': {
      const isKeyFrame = bytes[23] === 0x9d && bytes[24] === 0x01 && bytes[25] === 0x2a
      return isKeyFrame ? { width: little(bytes, 26, 2) & 0x3fff, height: little(bytes, 28, 2) & 0x3fff } : null
    }
    default:
      return null
  }
}

function latin1(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 0x100 + (bytes[at + 1] ?? 0)
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x1_0000 + uint16(bytes, at + 2)
}

function little(bytes: Uint8Array, at: number, length: number): number {
  return bytes.subarray(at, at + length).reduce((sum, byte, index) => sum + byte * 2 ** (8 * index), 0)
}

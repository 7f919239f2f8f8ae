/** Scales a picture until it fits into the settings. */

/** Draws the picture with this longest side and encodes it as a data: URL. */
export type EncodePicture = (longestSide: number, type: string, quality: number) => string

const SIDES = [720, 560, 420, 320, 240, 160] as const
/** A QR code stays sharpest without loss; a photograph needs some. */
const FORMATS = [
  ['image/png', 1],
  ['image/webp', 0.9],
  ['image/jpeg', 0.85],
] as const
const DATA_URL = /^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/=]+$/

/** The largest version that has at most `limit` characters, or null. `side`: the picture's own longest side, never exceeded. */
export function fitPicture(encode: EncodePicture, side: number, limit: number): string | null {
  const sides = [...new Set(SIDES.map((wanted) => Math.min(wanted, side)))]
  for (const wanted of sides) {
    for (const [type, quality] of FORMATS) {
      const url = encode(wanted, type, quality)
      // A browser that can't write a format writes PNG instead.
      if (url.length <= limit && DATA_URL.test(url)) return url
    }
  }
  return null
}

/** Reads a picture's file and fits it. Null when the browser can't read it, or it does not fit at any size. */
export async function fitPictureFile(file: Blob, limit: number): Promise<string | null> {
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(file)
  } catch {
    return null
  }
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  const side = Math.max(bitmap.width, bitmap.height)
  if (!context || side === 0) return null
  const encode: EncodePicture = (wanted, type, quality) => {
    canvas.width = Math.max(1, Math.round((bitmap.width * wanted) / side))
    canvas.height = Math.max(1, Math.round((bitmap.height * wanted) / side))
    // Receipts are white, and JPEG has no transparency.
    context.fillStyle = 'white'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    return canvas.toDataURL(type, quality)
  }
  const fitted = fitPicture(encode, side, limit)
  bitmap.close()
  return fitted
}

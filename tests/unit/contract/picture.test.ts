import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPicture } from '../../../src/contract/picture.ts'
import { pngUrl } from '../../picture.ts'

const url = (type: string, bytes: Uint8Array) => `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`
const segment = (marker: number, ...data: number[]) => [0xff, marker, 0, data.length + 2, ...data]
const jpeg = (width: number, height: number) =>
  Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xe0, 1, 2, 3),
    ...segment(0xc4, 9, 9, 9, 9, 9, 9, 9),
    ...segment(0xc2, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 1),
    ...segment(0xda, 1),
    ...[7, 7, 7, 0xff, 0xd9],
  ])
const webp = (chunk: string, data: readonly number[]) => {
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    Buffer.from(chunk),
    Buffer.from([data.length, 0, 0, 0]),
    Buffer.from(data),
  ])
  const head = Buffer.from('RIFF\0\0\0\0')
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body])
}
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

describe('a picture', () => {
  it.each([
    ['PNG', PIXEL],
    ['PNG of the largest size', pngUrl({ width: 4096, height: 4096 })],
    ['JPEG', url('jpeg', jpeg(320, 200))],
    ['WebP, lossy', url('webp', webp('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 64, 1, 200, 0]))],
    ['WebP, lossless', url('webp', webp('VP8L', [0x2f, 63, 0xc0, 15, 0, 0, 0, 0, 0, 0]))],
    ['WebP, extended', url('webp', webp('VP8X', [0, 0, 0, 0, 63, 0, 0, 31, 0, 0]))],
  ])('is what it is called: %s', (_name, picture) => expect(isPicture(picture)).toBe(true))

  it.each([
    ['a script', url('png', Buffer.from('<script>alert(1)</script>'))],
    ['a PNG that is called JPEG', PIXEL.replace('png', 'jpeg')],
    ['a JPEG that is called PNG', url('png', jpeg(1, 1))],
    ['one that would take gigabytes', pngUrl({ width: 60_000, height: 60_000 })],
    ['one without a size', pngUrl({ width: 0, height: 1 })],
    [
      'something behind its end',
      url('png', Buffer.concat([Buffer.from(PIXEL.split(',')[1] ?? '', 'base64'), Buffer.from('PK')])),
    ],
    ['a JPEG too large', url('jpeg', jpeg(5000, 10))],
    ['a JPEG that is cut off', url('jpeg', jpeg(10, 10).subarray(0, -1))],
    ['a WebP that is cut off', url('webp', webp('VP8X', [0, 0, 0, 0, 63, 0, 0, 31, 0, 0]).subarray(0, -1))],
    ['an SVG', 'data:image/svg+xml;base64,AAAA'],
    ['a link', 'https://example.com/a.png'],
    ['nothing', ''],
  ])('is refused: %s', (_name, picture) => expect(isPicture(picture)).toBe(false))

  it('that is damaged anywhere in its head never throws', () => {
    const bytes = Buffer.from(PIXEL.split(',')[1] ?? '', 'base64')
    fc.assert(
      fc.property(
        fc.constantFrom('png', 'jpeg', 'webp'),
        fc.uint8Array({ maxLength: 80 }),
        fc.nat(60),
        (type, noise, cut) => {
          expect(typeof isPicture(url(type, Buffer.concat([bytes.subarray(0, cut), noise])))).toBe('boolean')
        },
      ),
    )
  })
})

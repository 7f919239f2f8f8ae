import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../../../src/domain/decode-text.ts'

const TEXT = 'nama;harga\r\nKopi Tubruk Café – 5 €;15000\r\n'
const utf16 = (text: string, mark: boolean, swapped: boolean) => {
  const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le')
  return swapped ? bytes.swap16() : bytes
}

describe('the one reader of text files', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16 of Windows', utf16(TEXT, true, false)],
    ['UTF-16, the other way round', utf16(TEXT, true, true)],
    ['UTF-16 without a mark', utf16(TEXT, false, false)],
    ['UTF-16 without a mark, the other way round', utf16(TEXT, false, true)],
    [
      'Windows-1252',
      Buffer.concat([
        Buffer.from('nama;harga\r\nKopi Tubruk Caf'),
        Buffer.from([0xe9, 0x20, 0x96, 0x20, 0x35, 0x20, 0x80]),
        Buffer.from(';15000\r\n'),
      ]),
    ],
  ])('reads %s', (_name, bytes) => expect(decodeText(bytes)).toBe(TEXT))

  it.each([
    ['a bad byte', [0xe9], '\ufffd'],
    ['a character that was lost before, and a bad byte', [0xef, 0xbf, 0xbd, 0xe9], '\ufffd\ufffd'],
    ['half a character', [0xc3], '\ufffd'],
  ])('UTF-8 with %s is not read as Windows-1252', (_name, bytes, lost) => {
    const file = Buffer.concat([Buffer.from('Kopi Café;Téh Ñam;'), Buffer.from(bytes), Buffer.from(';1')])
    expect(decodeText(file)).toBe(`Kopi Café;Téh Ñam;${lost};1`)
  })

  it('a character that was lost before keeps a file from being read as Windows-1252', () => {
    expect(decodeText(Buffer.from([0x41, 0xef, 0xbf, 0xbd, 0x42, 0xe9]))).toBe('A\ufffdB\ufffd')
  })

  it('never throws, and gives back every text that was written as UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(typeof decodeText(bytes)).toBe('string')
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat({ max: 255 }), (text, bad) => {
        const file = Buffer.concat([Buffer.from(`nama\né${text.replaceAll('\u0000', '')}\n`), Buffer.from([bad])])
        expect(decodeText(file)).toContain('nama\né')
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        if (!text.includes('\u0000')) expect(decodeText(Buffer.from(`\ufeff${text}`))).toBe(text)
      }),
    )
  })
})

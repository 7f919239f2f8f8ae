import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDeviceId, formatDeviceToken } from '../../../server/devices/device-credentials.ts'
import { generatePairingCode, normalizePairingCode } from '../../../server/devices/pairing-code.ts'

describe('pairing codes', () => {
  it('consist of eight signs that cannot be mixed up', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
        expect(generatePairingCode(bytes)).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
      }),
    )
  })

  it('use every sign equally often, because 256 is a multiple of 32', () => {
    const counts = new Map<string, number>()
    for (let byte = 0; byte < 256; byte++) {
      const sign = generatePairingCode(new Uint8Array(8).fill(byte))[0] ?? ''
      counts.set(sign, (counts.get(sign) ?? 0) + 1)
    }
    expect([...counts.values()]).toEqual(Array(32).fill(8))
  })

  it('are understood however they are typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
        const code = generatePairingCode(bytes)
        const typed = ` ${code.slice(0, 4).toLowerCase()} - ${code.slice(4).replaceAll('0', 'O').replaceAll('1', 'l')}\n`
        expect(normalizePairingCode(typed)).toBe(code)
      }),
    )
  })

  it.each([
    ['w59f–rvgd', 'W59FRVGD'],
    ['O0o0-IiLl', '00001111'],
  ])('reads %s as %s', (typed, code) => {
    expect(normalizePairingCode(typed)).toBe(code)
  })

  it.each(['', 'ABCD', 'ABCDEFGHJ', 'ABCDEFGU', "ABCD'--X", 'ＡBCDEFGH', '\u0000BCDEFGH'])('refuses %j', (typed) => {
    expect(normalizePairingCode(typed)).toBeNull()
  })
})

describe('device credentials', () => {
  it('look like the specification’s DEV-DBBA60CF', () => {
    expect(formatDeviceId(Uint8Array.of(0xdb, 0xba, 0x60, 0xcf))).toBe('DEV-DBBA60CF')
  })

  it('are tokens of 256 bits', () => {
    expect(formatDeviceToken(new Uint8Array(32).fill(255))).toMatch(/^[\w-]{43}$/)
    expect(() => formatDeviceToken(new Uint8Array(31))).toThrow(RangeError)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  codeFromFragment,
  codeFromQr,
  foreignCharacters,
  formatPairingCode,
  isPairingCode,
  normalisePairingCode,
} from '../../../src/features/enrol/pairing-code.ts'

const code = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), minLength: 8, maxLength: 8 })

describe('a pairing code', () => {
  it('is understood as people type it: small letters, dashes, spaces, look-alikes', () => {
    expect(normalisePairingCode('7k3m-9txa')).toBe('7K3M9TXA')
    expect(normalisePairingCode(' 7K3M – 9TXA ')).toBe('7K3M9TXA')
    expect(normalisePairingCode('ilIL-oO00')).toBe('11110000')
  })

  it('comes back from how it is shown, whatever it is', () => {
    fc.assert(
      fc.property(code, (value) => {
        expect(normalisePairingCode(formatPairingCode(value))).toBe(value)
        expect(normalisePairingCode(value.toLowerCase())).toBe(value)
        expect(isPairingCode(value)).toBe(true)
      }),
    )
  })

  it('is shown in two groups, also while it grows', () => {
    expect(formatPairingCode('7K3')).toBe('7K3')
    expect(formatPairingCode('7K3M')).toBe('7K3M')
    expect(formatPairingCode('7K3M9')).toBe('7K3M-9')
    expect(formatPairingCode('7K3M9TXA')).toBe('7K3M-9TXA')
  })

  it('is refused when it is short, long or holds what no code holds', () => {
    for (const text of ['', '7K3M9TX', '7K3M9TXAB', '7K3M9TXU', '7K3M9T!A']) expect(isPairingCode(text)).toBe(false)
    expect(foreignCharacters('7KU!U')).toEqual(['U', '!'])
  })
})

describe('a pairing link', () => {
  it('carries the code in its fragment', () => {
    expect(codeFromFragment('#code=7K3M9TXA')).toBe('7K3M9TXA')
    expect(codeFromFragment('#code=7k3m-9txa')).toBe('7K3M9TXA')
    expect(codeFromFragment('')).toBeNull()
    expect(codeFromFragment('#code=')).toBeNull()
    expect(codeFromFragment('#main')).toBeNull()
  })

  it('is read from a QR code, as is the code alone; anything else is not ours', () => {
    expect(codeFromQr('https://192.168.1.5:8080/enrol#code=7K3M9TXA')).toBe('7K3M9TXA')
    expect(codeFromQr('7K3M-9TXA')).toBe('7K3M9TXA')
    for (const other of ['https://example.com/', '8991234567890', 'https://x/#code=123', '']) {
      expect(codeFromQr(other)).toBeNull()
    }
  })
})

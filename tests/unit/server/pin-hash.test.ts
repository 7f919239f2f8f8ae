import { describe, expect, it } from 'vitest'
import { hashPin, PIN_ITERATIONS } from '../../../server/devices/pin-hash.ts'

/** What a counter does offline, with nothing but WebCrypto. */
async function deriveInBrowser(pin: string, salt: string, iterations: number): Promise<string> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits'])
  const bytes = Uint8Array.from(atob(salt), (sign) => sign.charCodeAt(0))
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: bytes, iterations }, key, 256)
  return btoa(String.fromCharCode(...new Uint8Array(bits)))
}

describe('hashPin', () => {
  it('gives what a browser can check offline', async () => {
    const stored = await hashPin(
      '1111',
      Uint8Array.from({ length: 16 }, (_, index) => index * 7),
      1_000,
    )
    const [scheme, iterations, salt = '', hash] = stored.split('$')
    expect([scheme, iterations]).toEqual(['pbkdf2-sha256', '1000'])
    expect(await deriveInBrowser('1111', salt, 1_000)).toBe(hash)
    expect(await deriveInBrowser('1112', salt, 1_000)).not.toBe(hash)
  })

  it('is salted, and slow by default', async () => {
    await expect(hashPin('1111', new Uint8Array(8))).rejects.toThrow(RangeError)
    expect(PIN_ITERATIONS).toBeGreaterThanOrEqual(100_000)
  })
})

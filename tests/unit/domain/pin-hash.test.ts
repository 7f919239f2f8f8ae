import { describe, expect, it } from 'vitest'
import { hashPin } from '../../../server/devices/pin-hash.ts'
import { parsePinHash } from '../../../src/domain/pin-hash.ts'

const SALT = 'AAECAwQFBgcICQoLDA0ODw=='
const HASH = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='

describe('the stored form of a PIN', () => {
  it('is read as the server writes it', async () => {
    const stored = await hashPin(
      '1111',
      Uint8Array.from({ length: 16 }, (_, index) => index),
      1_000,
    )
    expect(parsePinHash(stored)).toEqual({ iterations: 1_000, salt: SALT, hash: expect.stringMatching(/^.{43}=$/) })
  })

  it.each([
    ['nothing', ''],
    ['a plain PIN', '1111'],
    ['another scheme', `argon2id$1000$${SALT}$${HASH}`],
    ['no iterations', `pbkdf2-sha256$0$${SALT}$${HASH}`],
    ['iterations that are no number', `pbkdf2-sha256$1e3$${SALT}$${HASH}`],
    ['so many iterations that a tablet would freeze', `pbkdf2-sha256$99999999$${SALT}$${HASH}`],
    ['no salt', `pbkdf2-sha256$1000$$${HASH}`],
    ['a salt that is not base64', `pbkdf2-sha256$1000$a*b=$${HASH}`],
    ['a short hash, which more PINs would open', `pbkdf2-sha256$1000$${SALT}$AAEC`],
    ['an empty hash, which every PIN would open', `pbkdf2-sha256$1000$${SALT}$`],
    ['something behind it', `pbkdf2-sha256$1000$${SALT}$${HASH}$x`],
  ])('is refused: %s', (_, text) => {
    expect(parsePinHash(text)).toBeNull()
  })
})

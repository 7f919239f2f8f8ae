/**
 * PINs are checked on the counter, offline, by WebCrypto: PBKDF2 is what every browser has. A PIN has few digits, so the
 * hash only slows a thief of the database down; it is no replacement for keeping the device.
 */
import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

export const PIN_ITERATIONS = 600_000
const KEY_BYTES = 32
const SALT_BYTES = 16

/** `pbkdf2-sha256$iterations$salt$hash`, salt and hash in base64, out of 16 random bytes of salt. */
export async function hashPin(pin: string, salt: Uint8Array, iterations = PIN_ITERATIONS): Promise<string> {
  if (salt.length < SALT_BYTES) throw new RangeError(`needs ${SALT_BYTES} bytes of salt`)
  const key = await derive(pin, salt, iterations, KEY_BYTES, 'sha256')
  return `pbkdf2-sha256$${iterations}$${Buffer.from(salt).toString('base64')}$${key.toString('base64')}`
}

/** True when the PIN is the one that was hashed; false for a hash in another form. */
export async function isPin(pin: string, stored: string): Promise<boolean> {
  const [, iterations, salt, hash] = /^pbkdf2-sha256\$(\d{1,9})\$([\w+/=]+)\$([\w+/=]+)$/.exec(stored) ?? []
  if (iterations === undefined || salt === undefined || hash === undefined) return false
  const expected = Buffer.from(hash, 'base64')
  if (expected.length !== KEY_BYTES || Number(iterations) < 1) return false
  const key = await derive(pin, Buffer.from(salt, 'base64'), Number(iterations), KEY_BYTES, 'sha256')
  return timingSafeEqual(key, expected)
}

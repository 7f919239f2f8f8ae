/**
 * A pairing code is read from one screen and typed on another: Crockford's base 32, without the letters that look like
 * digits (I, L, O) and without U.
 */
import { PAIRING_CODE_LENGTH } from '../../src/contract/device.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' }

/** Makes a code out of random bytes, one a character. Throws RangeError when there are too few. 256 is a multiple of 32: no bias. */
export function generatePairingCode(randomBytes: Uint8Array): string {
  if (randomBytes.length < PAIRING_CODE_LENGTH) throw new RangeError(`needs ${PAIRING_CODE_LENGTH} random bytes`)
  return Array.from(randomBytes.subarray(0, PAIRING_CODE_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}

/** The code as stored, from what a person typed: any case, with dashes or blanks, O for 0, I or L for 1. Null when it cannot be one. */
export function normalizePairingCode(typed: string): string | null {
  const code = typed
    .toUpperCase()
    .replace(/[\s\p{Pd}_.]/gu, '')
    .replace(/[OIL]/g, (letter) => LOOK_ALIKES[letter] ?? letter)
  if (code.length !== PAIRING_CODE_LENGTH) return null
  return [...code].every((character) => ALPHABET.includes(character)) ? code : null
}

/** The stored form of a PIN (src/contract/records/staff.ts): `pbkdf2-sha256$iterations$salt$hash`, salt and hash in base64. */

export interface PinHash {
  readonly iterations: number
  /** base64 */
  readonly salt: string
  /** base64 of 32 bytes. */
  readonly hash: string
}

/** More than any server of ours asks for: a damaged number must not freeze a tablet for minutes. */
const MOST_ITERATIONS = 5_000_000
const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^[A-Za-z0-9+/]{2}==$|^[A-Za-z0-9+/]{3}=$/
/** 32 bytes. */
const HASH_CHARACTERS = 44

/** Null: not of this form; no PIN opens it. */
export function parsePinHash(text: string): PinHash | null {
  const [scheme, count, salt = '', hash = '', ...more] = text.split('$')
  if (scheme !== 'pbkdf2-sha256' || more.length > 0) return null
  if (!/^[1-9]\d{0,7}$/.test(count ?? '')) return null
  const iterations = Number(count)
  if (iterations > MOST_ITERATIONS) return null
  if (!BASE64.test(salt) || !BASE64.test(hash) || hash.length !== HASH_CHARACTERS) return null
  return { iterations, salt, hash }
}

/**
 * The device's key: made in the browser, which signs with it and gives its private half to nobody. A token that was copied is no use
 * without it (RFC 9449, "DPoP").
 */
import { generateKeyPair, generateProof } from 'dpop'
import * as v from 'valibot'
import { type PublicKey, publicKeySchema } from '../../contract/device.ts'
import { PATHS } from '../../contract/rest.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { keepKey } from '../../db/device.ts'
import { readMeta } from '../../db/meta.ts'
import type { DeviceKey } from '../../db/rows.ts'
import type { HttpLike, PossessionLike } from '../ports.ts'
import { bindKey } from './enrol.ts'

/** How long a nonce is used, ms of the steady clock; the server takes one for at least five minutes. */
const NONCE_FRESH_MS = 4 * 60_000

/** A new key whose private half cannot be read out, and its public half. Rejects where the browser has no WebCrypto. */
export async function createDeviceKey(): Promise<{ readonly key: DeviceKey; readonly publicKey: PublicKey }> {
  const key = await generateKeyPair('ES256')
  return { key, publicKey: await publicKeyOf(key) }
}

/** Proofs for one token with the key that is kept on this device; none while there is no key. */
export function createPossession(db: CacheDb, token: string): PossessionLike {
  let key: DeviceKey | undefined
  let known = { nonce: '', at: Number.NEGATIVE_INFINITY }
  const readKey = async () => {
    key ??= await readMeta(db, 'key')
    return key
  }
  return {
    async noncePath() {
      if (performance.now() - known.at < NONCE_FRESH_MS) return null
      return (await readKey()) ? PATHS.proofNonce : null
    },
    async prove(method, url) {
      const held = await readKey()
      // Without query and fragment (RFC 9449 section 4.2).
      const [htu = url] = url.split(/[?#]/)
      const pair = held && toKeyPair(held)
      return pair ? await generateProof(pair, htu, method, known.nonce || undefined, token) : null
    },
    learn(nonce) {
      known = { nonce, at: performance.now() }
    },
  }
}

/** Binds a token that was given out before this device had a key. Rejects with HttpFailure, or as the database does. */
export async function bindToKey(db: CacheDb, http: HttpLike, token: string): Promise<void> {
  const { key } = await createDeviceKey()
  // Store the key before the server learns of it: a token bound to a key that was lost would be useless.
  const kept = await keepKey(db, token, key)
  if (kept !== null) await bindKey(http, await publicKeyOf(kept))
}

async function publicKeyOf(key: DeviceKey): Promise<PublicKey> {
  const pair = toKeyPair(key)
  if (pair === null) throw new TypeError('what is kept is no key')
  return v.parse(publicKeySchema, await crypto.subtle.exportKey('jwk', pair.publicKey))
}

/** Null when what is stored is no key: then the device has to be enrolled anew. */
function toKeyPair({ privateKey, publicKey }: DeviceKey): CryptoKeyPair | null {
  return privateKey instanceof CryptoKey && publicKey instanceof CryptoKey ? { privateKey, publicKey } : null
}

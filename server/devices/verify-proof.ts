/**
 * Proof that whoever sends a device's token also holds the device's key (RFC 9449, "DPoP"). What is checked: the signature, the key,
 * method and path, the token, a nonce of ours, and that this proof was not seen before. Not the host: behind a proxy the
 * server does not know the name that the browser used; and not `iat`, because a tablet's clock may be wrong: the nonce says when.
 */
import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWK, jwtVerify } from 'jose'
import * as v from 'valibot'

/** The one algorithm that every browser has. */
const ALGORITHM = 'ES256'
const MAX_PROOF_LENGTH = 2_048

export interface ProofFacts {
  /** The header `DPoP`; anything but one text is no proof. */
  readonly proof: string | readonly string[] | undefined
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly token: string
  /** Of the key that the device showed. */
  readonly thumbprint: string
  readonly isFreshNonce: (nonce: string) => boolean
  /** False when this proof was used before; notes it. */
  readonly isFirstUse: (proofId: string) => boolean
}

/** `stale`: it has to be made again with a nonce of now. `wrong`: this is not the device, and why, for the log. */
export type ProofVerdict = { readonly kind: 'proven' | 'stale' } | { readonly kind: 'wrong'; readonly why: string }

const claimsSchema = v.object({
  jti: v.pipe(v.string(), v.minLength(8), v.maxLength(128)),
  htm: v.string(),
  htu: v.string(),
  ath: v.string(),
  nonce: v.optional(v.string(), ''),
})

export async function verifyProof(facts: ProofFacts): Promise<ProofVerdict> {
  const { proof } = facts
  if (proof === undefined) return wrong('no proof')
  if (typeof proof !== 'string' || proof.length > MAX_PROOF_LENGTH) return wrong('not one proof')
  let key: JWK | undefined
  let claims: v.InferOutput<typeof claimsSchema>
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [ALGORITHM],
    })
    key = protectedHeader.jwk
    claims = v.parse(claimsSchema, payload)
  } catch (error) {
    return wrong(error instanceof errors.JOSEError ? error.code : 'its claims are not those of a proof')
  }
  if (key === undefined || (await calculateJwkThumbprint(key)) !== facts.thumbprint) return wrong('another key')
  if (claims.htm !== facts.method || pathOf(claims.htu) !== facts.path) return wrong('made for another request')
  if (claims.ath !== createHash('sha256').update(facts.token).digest('base64url'))
    return wrong('made for another token')
  if (!facts.isFreshNonce(claims.nonce)) return { kind: 'stale' }
  return facts.isFirstUse(`${facts.thumbprint}.${claims.jti}`) ? { kind: 'proven' } : wrong('used before')
}

const publicKeySchema = v.object({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
  y: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
})

/** The thumbprint of a public key as browsers export it; null for anything else. */
export async function thumbprintOf(jwk: unknown): Promise<string | null> {
  const key = v.safeParse(publicKeySchema, jwk)
  return key.success ? await calculateJwkThumbprint(key.output) : null
}

function wrong(why: string): ProofVerdict {
  return { kind: 'wrong', why }
}

function pathOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).pathname : null
}

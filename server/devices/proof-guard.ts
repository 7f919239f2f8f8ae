import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PATHS } from '../../src/contract/rest.ts'
import type { Queryable } from '../database.ts'
import { ApiError } from '../http/api-error.ts'
import { clientAddress } from '../http/client-address.ts'
import type { SecurityLog } from '../security/security-log.ts'
import { readServerSecret } from '../sql/server-secrets.ts'
import { isFreshNonce, makeNonce } from './proof-nonce.ts'
import { createUsedProofs } from './used-proofs.ts'
import { verifyProof } from './verify-proof.ts'

const NONCE_HEADER = 'dpop-nonce'

export interface BoundDevice {
  readonly id: string
  readonly branchId: number
  /** Null: its token is not bound to a key. */
  readonly keyThumbprint: string | null
}

/**
 * Refuses a request whose sender does not hold the device's key, once the device has shown one. `proof_needed`: the same request is
 * taken with a proof that has the nonce of this answer. A nonce goes along with every answer, so that this stays rare.
 */
export function createProofGuard({
  db,
  clock,
  security,
}: {
  readonly db: Queryable
  readonly clock: () => number
  readonly security: SecurityLog
}): (request: FastifyRequest, reply: FastifyReply, device: BoundDevice, token: string) => Promise<void> {
  const isFirstUse = createUsedProofs(clock)
  const readSecret = createSecretReader(db)
  return async (request, reply, device, token) => {
    if (device.keyThumbprint === null) return
    const secret = await readSecret()
    const nonce = makeNonce(secret, clock())
    const verdict = await verifyProof({
      proof: request.headers.dpop,
      method: request.method,
      path: new URL(request.url, 'http://server').pathname,
      token,
      thumbprint: device.keyThumbprint,
      isFreshNonce: (given) => isFreshNonce(secret, given, clock()),
      isFirstUse,
    })
    reply.header(NONCE_HEADER, nonce)
    if (verdict.kind === 'proven') return
    if (verdict.kind === 'wrong') {
      request.log.debug({ device_id: device.id, why: verdict.why }, 'proof refused')
      const { id: deviceId, branchId } = device
      security.note({ kind: 'key_wrong', branchId, deviceId, address: clientAddress(request) })
      // Also without any proof: version 0.1.0 would take a kind that it does not know for a refusal of the sale itself.
      throw new ApiError(401, 'unauthorized', 'This token is no use without the key of its device', {
        'www-authenticate': 'DPoP error="invalid_dpop_proof"',
        [NONCE_HEADER]: nonce,
      })
    }
    throw new ApiError(401, 'proof_needed', 'A proof with the nonce of this answer is needed', {
      'www-authenticate': 'DPoP error="use_dpop_nonce"',
      [NONCE_HEADER]: nonce,
    })
  }
}

/** Hands out the nonce of now, in the header that all answers have it in. Open to all: it says nothing but the time. */
export function registerProofNonceRoute(
  app: FastifyInstance,
  { db, clock }: { readonly db: Queryable; readonly clock: () => number },
): void {
  const readSecret = createSecretReader(db)
  app.get(PATHS.proofNonce, async (_request, reply) => {
    reply.header(NONCE_HEADER, makeNonce(await readSecret(), clock()))
    return { code: 200, data: {} }
  })
}

/** It does not change while the server runs. */
function createSecretReader(db: Queryable): () => Promise<string> {
  let secret: string | null = null
  return async () => {
    secret ??= await readServerSecret(db, 'proof_nonce')
    return secret
  }
}

import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Queryable } from '../../server/database.ts'
import type { ApprovalFacts } from '../../src/domain/approval.ts'

/** A key that a PIN opened, of one person at one device, as a tablet makes it. */
export interface Approver {
  /** What it is shown to the server by. */
  readonly jwk: { readonly x: string; readonly y: string }
  /** The server knows it from now on. */
  register(db: Queryable): Promise<void>
  sign(facts: ApprovalFacts): Promise<string>
}

export async function makeApprover({ deviceId, staffId }: { deviceId: string; staffId: number }): Promise<Approver> {
  const key = await generateKeyPair('ES256')
  const jwk = await exportJWK(key.publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  const { x = '', y = '' } = jwk
  return {
    jwk: { ...jwk, x, y },
    async register(db) {
      await db.query(
        'INSERT INTO approval_keys (thumbprint, x, y, branch_id, device_id, staff_id) VALUES ($1, $2, $3, 1, $4, $5)',
        [kid, x, y, deviceId, staffId],
      )
    },
    sign({ record: jti, ...rest }) {
      const claims = { iss: deviceId, sub: String(staffId), jti, ...rest, iat: Math.floor(Date.now() / 1000) }
      return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'approval+jws', kid }).sign(key.privateKey)
    },
  }
}

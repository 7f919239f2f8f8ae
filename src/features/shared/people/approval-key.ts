/**
 * Proves that an approver's PIN was typed on this device (docs/security.md). The PIN opens a key that signs what was allowed:
 *
 *     PIN ─ PBKDF2-SHA-256, salt ─► 32 bytes ─ HMAC-SHA-256 with this device's secret ─► AES-256-GCM key ─ unwraps ─► ES256 key
 *
 * Stored is only the wrapped form; opened, the key can sign and not be read, and is dropped after one signature. The server knows its
 * public half from a request that brought the right PIN along. Whatever fails here costs the proof, never the approval.
 */
import * as v from 'valibot'
import { APPROVAL_ALGORITHM, APPROVAL_TYPE, type ApprovalClaims } from '../../../contract/approval.ts'
import { publicKeySchema } from '../../../contract/device.ts'
import { keepApprovalKey, keepApprovalSecret, readApprovalKey, readApprovalSecret } from '../../../db/approval-keys.ts'
import type { CacheDb } from '../../../db/cache-db.ts'
import { readMeta } from '../../../db/meta.ts'
import type { StaffRow, WrappedKey } from '../../../db/rows.ts'
import type { ApprovalFacts } from '../../../domain/approval.ts'
import type { ApprovalProof } from '../../../sync/outbox/sales.ts'
import type { ClockLike, HttpLike } from '../../../sync/ports.ts'
import { derive, ITERATIONS } from './check-pin.ts'
import { askServerAboutPin, endServerSession } from './pin-on-server.ts'

/** What is allowed; nobody allows what they do not see. */
export type KnownFacts = ApprovalFacts & { readonly amount: number }

export interface ApprovalKeyDeps {
  readonly db: CacheDb
  /** Requests with the device's token. */
  readonly http: HttpLike
  readonly after: ClockLike['after']
}

type Person = Pick<StaffRow, 'id' | 'role' | 'version' | 'provenance'>

/** Limit for the server, ms: a customer waits, and the approval is valid without a proof. */
const SERVER_PATIENCE_MS = 4_000
/** Limit for the whole proof, ms, including a database that a frozen tab blocks. */
const PROOF_PATIENCE_MS = 6_000
const SALT_BYTES = 16
const IV_BYTES = 12
const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** Loaded at the first approval: no screen needs it before. */
const loadJose = () => import('jose')

/**
 * The proof that this person, whose PIN was right, allowed this. Null: there is no key for them here and the server does not
 * answer, this browser keeps none, or it takes too long. Never rejects.
 *
 * @param at of the device's clock, ms
 */
export async function proveApproval(
  deps: ApprovalKeyDeps,
  person: Person,
  pin: string,
  facts: KnownFacts,
  at: number,
): Promise<ApprovalProof | null> {
  return await inTime(deps, async () => {
    const device = await readMeta(deps.db, 'device')
    const opened = await openKey(deps, person, pin)
    if (device === undefined || opened === null) return null
    const { record, ...rest } = facts
    const claims: ApprovalClaims = {
      iss: device.device_id,
      sub: String(person.id),
      jti: record,
      ...rest,
      iat: Math.floor(at / 1000),
    }
    const header = { alg: APPROVAL_ALGORITHM, typ: APPROVAL_TYPE, kid: opened.thumbprint }
    const { SignJWT } = await loadJose()
    const text = await new SignJWT(claims).setProtectedHeader(header).sign(opened.key)
    return { recordId: record, deviceId: device.device_id, text }
  })
}

/**
 * Sees to it that the next approval of this person, whose PIN was right, can be proved; else that one tries again. Never rejects; ends
 * in time.
 */
export async function prepareApprovalKey(deps: ApprovalKeyDeps, person: Person, pin: string): Promise<void> {
  if (person.role === 'cashier') return
  await inTime(deps, async () => {
    const kept = await readApprovalKey(deps.db, person.id)
    return kept !== null && isCurrent(kept, person) ? null : await openKey(deps, person, pin)
  })
}

/** The result of `work`; null if it fails or takes too long. */
async function inTime<T>({ after }: ApprovalKeyDeps, work: () => Promise<T | null>): Promise<T | null> {
  return await new Promise((resolve) => {
    const stop = after(PROOF_PATIENCE_MS, () => resolve(null))
    void work()
      .catch(() => null)
      .then((outcome) => {
        stop()
        resolve(outcome)
      })
  })
}

interface OpenKey {
  readonly key: CryptoKey
  readonly thumbprint: string
}

/** A key that this PIN does not unwrap belongs to another PIN: replace it. */
async function openKey(deps: ApprovalKeyDeps, person: Person, pin: string): Promise<OpenKey | null> {
  const { db } = deps
  const secret = (await readApprovalSecret(db)) ?? (await keepApprovalSecret(db, await createSecret()))
  const seen = await readApprovalKey(db, person.id)
  const opened = seen && (await unwrap(seen, pin, secret))
  if (seen !== null && opened !== null) {
    if (!isCurrent(seen, person)) await show(deps, person, pin, seen)
    return opened
  }
  // Store the key before sending it: if the answer is lost, it is sent again.
  const made = await createKey(pin, secret)
  const kept = await keepApprovalKey(db, person.id, made, seen)
  if (kept === null) return null
  await show(deps, person, pin, kept)
  return await unwrap(kept, pin, secret)
}

/** Sends the public key, which the server accepts only with the right PIN. The server may know it already. */
async function show({ db, http }: ApprovalKeyDeps, person: Person, pin: string, key: WrappedKey): Promise<void> {
  const answer = await askServerAboutPin(http, {
    staffId: person.id,
    pin,
    approvalKey: key.publicKey,
    timeoutMs: SERVER_PATIENCE_MS,
  })
  if (!answer.ok) return
  endServerSession(http, answer.session.staff_token)
  if (answer.session.approval_key !== key.thumbprint) return
  const version = answer.session.staff.version ?? person.version
  await keepApprovalKey(db, person.id, { ...key, taken: { version, epoch: person.provenance.epoch } }, key)
}

/** False after a change of the staff record or a restore of the server's database: then the key must be sent again. */
function isCurrent({ taken }: WrappedKey, { version, provenance }: Person): boolean {
  return taken !== null && taken.version >= version && taken.epoch === provenance.epoch
}

async function createSecret(): Promise<CryptoKey> {
  return await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

async function createKey(pin: string, secret: CryptoKey): Promise<WrappedKey> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const { publicKey, privateKey } = await crypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const wrappingKey = await wrappingKeyOf(pin, { salt, iterations: ITERATIONS }, secret)
  const wrapped = await crypto.subtle.wrapKey('pkcs8', privateKey, wrappingKey, { name: 'AES-GCM', iv })
  const jwk = v.parse(publicKeySchema, await crypto.subtle.exportKey('jwk', publicKey))
  return {
    publicKey: jwk,
    thumbprint: await (await loadJose()).calculateJwkThumbprint(jwk),
    salt,
    iterations: ITERATIONS,
    iv,
    wrapped: new Uint8Array(wrapped),
    taken: null,
  }
}

/** Null: another PIN wrapped it. The unwrapped key can sign but is not extractable. */
async function unwrap(kept: WrappedKey, pin: string, secret: CryptoKey): Promise<OpenKey | null> {
  const wrappingKey = await wrappingKeyOf(pin, kept, secret)
  const algorithm = { name: 'AES-GCM', iv: kept.iv }
  try {
    const key = await crypto.subtle.unwrapKey('pkcs8', kept.wrapped, wrappingKey, algorithm, EC, false, ['sign'])
    return { key, thumbprint: kept.thumbprint }
  } catch {
    return null
  }
}

async function wrappingKeyOf(
  pin: string,
  { salt, iterations }: Pick<WrappedKey, 'salt' | 'iterations'>,
  secret: CryptoKey,
): Promise<CryptoKey> {
  const stretched = await derive(pin, { salt, iterations })
  const mixed = await crypto.subtle.sign('HMAC', secret, stretched)
  return await crypto.subtle.importKey('raw', mixed, 'AES-GCM', false, ['wrapKey', 'unwrapKey'])
}

import type { CacheDb } from '../../../db/cache-db.ts'
import { keepPinVerifier, readPinVerifier } from '../../../db/pin-verifiers.ts'
import type { StaffRow } from '../../../db/rows.ts'
import { beginAttempt, forgiveAttempts } from '../../../db/sales/pin-attempts.ts'
import type { SalesDb } from '../../../db/sales/sales-db.ts'
import { noteRefusedPin } from '../../../db/sales/sign-in-notes.ts'
import { type PinClock, triesLeft } from '../../../domain/pin-attempts.ts'
import { parsePinHash } from '../../../domain/pin-hash.ts'
import type { HttpLike } from '../../../sync/ports.ts'
import { steadyNow } from '../../../sync/steady-now.ts'
import { askServerAboutPin, endServerSession, type PinAnswer } from './pin-on-server.ts'

/**
 * `wait`: no PIN is taken now; `waitMs`: so says the server. `storage`: the try could not be counted, so it was not checked.
 * `wrong`: so says the server, which counts. `needs-server`: only the server can check it, and it does not answer. `change-needed`: it
 * is right, but too weak for an owner.
 */
export type PinVerdict =
  | 'right'
  | 'wait'
  | 'storage'
  | 'wrong'
  | 'needs-server'
  | 'server-failed'
  | 'change-needed'
  | { readonly triesLeft: number }
  | { readonly waitMs: number }

export interface PinCheckDeps {
  readonly db: CacheDb
  readonly salesDb: SalesDb
  /** Requests with the device's token. */
  readonly http: HttpLike
}

type Person = Pick<StaffRow, 'id' | 'pin_hash' | 'version' | 'provenance'>

export const ITERATIONS = 600_000
const SALT_BYTES = 16
const HASH_BYTES = 32

/**
 * Checks a PIN on this device, offline, with WebCrypto; a wrong one is counted, and noted for the owner. An owner's is known to the server alone until it was
 * right once: then this device makes a verifier of its own. Never rejects.
 */
export async function checkPin(deps: PinCheckDeps, staff: Person, pin: string, clock: PinClock): Promise<PinVerdict> {
  const { db, salesDb } = deps
  const noteRefused = (kind: 'counter_pin_wrong' | 'counter_pin_locked') =>
    noteRefusedPin(salesDb, { kind, staffId: staff.id, at: clock.wall, newId: () => crypto.randomUUID() })
  try {
    const hash = staff.pin_hash !== '' ? staff.pin_hash : await readPinVerifier(db, staff)
    if (hash === null) return await checkOnServer(deps, staff, pin)
    const { allowed, attempts } = await beginAttempt(salesDb, staff.id, clock)
    if (!allowed) {
      await noteRefused('counter_pin_locked')
      return 'wait'
    }
    if (!(await isPinOf(hash, pin))) {
      await noteRefused('counter_pin_wrong')
      return { triesLeft: triesLeft(attempts) }
    }
    await forgiveAttempts(salesDb, staff.id)
    return 'right'
  } catch {
    return 'storage'
  }
}

/** What an answer of the server means to whoever typed the PIN. */
export function verdictOf(answer: PinAnswer): PinVerdict {
  if (answer.ok) return 'right'
  switch (answer.kind) {
    case 'pin_wrong':
      return 'wrong'
    case 'too_many_requests':
      return { waitMs: answer.retryAfterMs ?? 60_000 }
    case 'pin_change_needed':
      return 'change-needed'
    case 'offline':
      return 'needs-server'
    default:
      return 'server-failed'
  }
}

async function checkOnServer({ db, http }: PinCheckDeps, staff: Person, pin: string): Promise<PinVerdict> {
  const answer = await askServerAboutPin(http, { staffId: staff.id, pin })
  if (!answer.ok) return verdictOf(answer)
  const { staff_token: token, staff: checked } = answer.session
  // End the session: the counter only needed to know whether the PIN is right.
  endServerSession(http, token)
  // An older server does not send the version. This device's own is never newer, so every later change still ends the verifier.
  const version = checked.version ?? staff.version
  const verifier = { hash: await hashOf(pin), version, epoch: staff.provenance.epoch }
  // The disk may be full: then the server checks the PIN again next time.
  await keepPinVerifier(db, staff.id, verifier).catch(() => undefined)
  return 'right'
}

/** The clocks of this page. */
export function readPinClock(): PinClock {
  return { wall: Date.now(), steady: steadyNow(), life: performance.timeOrigin }
}

async function isPinOf(pinHash: string, pin: string): Promise<boolean> {
  const stored = parsePinHash(pinHash)
  if (stored === null) return false
  const expected = bytesOf(stored.hash)
  const derived = await derive(pin, { salt: bytesOf(stored.salt), iterations: stored.iterations })
  return derived.every((byte, index) => byte === expected[index])
}

/** In the server's format (src/domain/pin-hash.ts), with a new random salt. */
async function hashOf(pin: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
  const derived = await derive(pin, { salt, iterations: ITERATIONS })
  return `pbkdf2-sha256$${ITERATIONS}$${base64Of(salt)}$${base64Of(derived)}`
}

/** 32 bytes by PBKDF2-SHA-256. */
export async function derive(
  pin: string,
  { salt, iterations }: { salt: Uint8Array<ArrayBuffer>; iterations: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    key,
    HASH_BYTES * 8,
  )
  return new Uint8Array(bits)
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

import type { Staff } from '../contract/records.ts'
import { beginAttempt, forgiveAttempts } from '../db/sales/pin-attempts.ts'
import type { SalesDb } from '../db/sales/sales-db.ts'
import { type PinClock, triesLeft } from '../domain/pin-attempts.ts'
import { parsePinHash } from '../domain/pin-hash.ts'
import { steadyNow } from '../sync/steady-now.ts'

/** `wait`: no PIN is taken now. `storage`: the try could not be counted, so it was not checked. */
export type PinVerdict = 'right' | 'wait' | 'storage' | { readonly triesLeft: number }

/** Checks a PIN on this device, offline, with WebCrypto; a wrong one is counted. Never rejects. */
export async function checkPin(
  db: SalesDb,
  staff: Pick<Staff, 'id' | 'pin_hash'>,
  pin: string,
  clock: PinClock,
): Promise<PinVerdict> {
  try {
    const { allowed, attempts } = await beginAttempt(db, staff.id, clock)
    if (!allowed) return 'wait'
    if (!(await isPinOf(staff.pin_hash, pin))) return { triesLeft: triesLeft(attempts) }
    await forgiveAttempts(db, staff.id)
    return 'right'
  } catch {
    return 'storage'
  }
}

/** The clocks of this page. */
export function readPinClock(): PinClock {
  return { wall: Date.now(), steady: steadyNow(), life: performance.timeOrigin }
}

async function isPinOf(pinHash: string, pin: string): Promise<boolean> {
  const stored = parsePinHash(pinHash)
  if (stored === null) return false
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits'])
  const expected = bytesOf(stored.hash)
  const derived = await crypto.subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(stored.salt), iterations: stored.iterations },
    key,
    expected.length * 8,
  )
  return new Uint8Array(derived).every((byte, index) => byte === expected[index])
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

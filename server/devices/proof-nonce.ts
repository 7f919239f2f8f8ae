/**
 * Nonces that a device repeats in its proofs (RFC 9449 section 8). They say when a proof was made by the server's clock: a tablet's own
 * may be hours off. A nonce is its minute and a keyed digest of it: any server of the database knows its own again.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

const STEP_MS = 60_000
/** A proof older than this is asked for again. */
const MAX_AGE_MS = 5 * STEP_MS
/** Servers' clocks differ. */
const MAX_AHEAD_MS = STEP_MS

/** The nonce to give out at `now` (ms); the same for a minute. */
export function makeNonce(secret: string, now: number): string {
  return sign(secret, Math.floor(now / STEP_MS))
}

/** Whether one of these servers gave it out not long before `now` (ms). */
export function isFreshNonce(secret: string, nonce: string, now: number): boolean {
  const step = Number.parseInt(nonce.slice(0, nonce.indexOf('.')), 36)
  if (!Number.isSafeInteger(step) || step < 0) return false
  const given = Buffer.from(nonce)
  const right = Buffer.from(sign(secret, step))
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false
  const age = now - step * STEP_MS
  return age < MAX_AGE_MS + STEP_MS && age > -MAX_AHEAD_MS
}

function sign(secret: string, step: number): string {
  return `${step.toString(36)}.${createHmac('sha256', secret).update(`proof nonce ${step}`).digest('base64url')}`
}

/**
 * How many connections there may be: by address until they are let in, by device after that. Pure but for its memory: addresses, names
 * and the time come in as arguments.
 *
 *   arrive(address) ──► stranger ──► letIn(device) ──► known ──► leave
 *        │ refused                        │ one too many: the device's oldest ends
 */

import { networkOf } from '../network-of.ts'
import { type Bucket, fullBucket, isFull, takeToken } from '../token-bucket.ts'
import type { ConnectionLimits } from './limits.ts'

/** `full`: the broker has as many as it takes. `too-many`: this address has, or comes too often. */
export type GateRefusal = 'full' | 'too-many'

/** One connection, from its first byte to its end. */
export interface GatePass {
  readonly address: string
}

export interface ConnectionGate<P extends GatePass> {
  /** A connection from `address` wants in at `now` (ms, monotonic). Null: it may; `enter` it. */
  refusal(address: string, now: number): GateRefusal | null
  enter(pass: P): void
  /** It proved to be this device, or the backend (null). Gives back what has to end instead. */
  letIn(pass: P, deviceId: string | null): readonly P[]
  leave(pass: P): void
}

interface Address {
  strangers: number
  bucket: Bucket
}

/** Beyond so many addresses those that have nothing to remember are forgotten. */
const TIDY_AT = 5_000

export function createConnectionGate<P extends GatePass>(limits: ConnectionLimits): ConnectionGate<P> {
  const addresses = new Map<string, Address>()
  const strangers = new Set<P>()
  const open = new Set<P>()
  /** In the order in which they came. */
  const ofDevice = new Map<string, Set<P>>()
  const deviceOf = new Map<P, string>()

  function tidy(now: number): void {
    for (const [key, { strangers: waiting, bucket }] of addresses) {
      if (waiting === 0 && isFull(bucket, limits.arrivalsOfAddress, now)) addresses.delete(key)
    }
  }

  function noStrangerAnyMore(pass: P): void {
    const known = strangers.delete(pass) ? addresses.get(networkOf(pass.address)) : undefined
    if (known) known.strangers -= 1
  }

  return {
    refusal(address, now) {
      if (addresses.size >= TIDY_AT) tidy(now)
      const key = networkOf(address)
      const known = addresses.get(key) ?? { strangers: 0, bucket: fullBucket(limits.arrivalsOfAddress, now) }
      const { bucket, taken } = takeToken(known.bucket, limits.arrivalsOfAddress, now)
      addresses.set(key, Object.assign(known, { bucket }))
      if (!taken || known.strangers >= limits.strangersOfAddress) return 'too-many'
      return open.size >= limits.connections || strangers.size >= limits.strangers ? 'full' : null
    },
    enter(pass) {
      open.add(pass)
      strangers.add(pass)
      const known = addresses.get(networkOf(pass.address))
      if (known) known.strangers += 1
    },
    letIn(pass, deviceId) {
      noStrangerAnyMore(pass)
      if (deviceId === null || !open.has(pass)) return []
      const passes = ofDevice.get(deviceId) ?? new Set()
      ofDevice.set(deviceId, passes.add(pass))
      deviceOf.set(pass, deviceId)
      return [...passes].slice(0, Math.max(0, passes.size - limits.ofDevice))
    },
    leave(pass) {
      noStrangerAnyMore(pass)
      open.delete(pass)
      const deviceId = deviceOf.get(pass)
      if (deviceId === undefined) return
      deviceOf.delete(pass)
      const passes = ofDevice.get(deviceId)
      passes?.delete(pass)
      if (passes?.size === 0) ofDevice.delete(deviceId)
    },
  }
}

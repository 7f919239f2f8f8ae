/**
 * Watches an MQTT byte stream before the parser behind it does. That one collects a packet until its announced length is there, up to
 * 256 MB, before anybody has given a password, and takes a packet's filters one by one, each with a look-up; this says no as soon as a
 * header announces too much, or one filter too many begins.
 *
 * MQTT fixed header: one byte of type and flags, then the remaining length in one to four bytes of seven bits each. The body of SUBSCRIBE
 * and UNSUBSCRIBE: a packet id of two bytes, then filters, each with its length in two bytes; SUBSCRIBE adds a byte of options to each.
 */

import { type Bucket, fullBucket, takeToken } from '../token-bucket.ts'
import {
  DEVICE_ACKNOWLEDGEMENTS,
  DEVICE_REQUESTS,
  MAX_BACKEND_PACKET_BYTES,
  MAX_CONNECT_BYTES,
  MAX_DEVICE_PACKET_BYTES,
  MAX_FILTERS_PER_PACKET,
} from './limits.ts'

export type PacketRefusal = 'malformed' | 'too-large' | 'too-many-filters' | 'too-many-packets'

export interface PacketGuard {
  /** Takes the next bytes at `now` (ms, monotonic); null, or why the connection has to end. A refusal stays. */
  accept(chunk: Uint8Array, now: number): PacketRefusal | null
  /** Its sender was let in as one of these. Until then a packet may be no larger than a CONNECT. */
  letIn(as: 'device' | 'backend'): void
}

const SUBSCRIBE = 8
const UNSUBSCRIBE = 10
/** PUBACK, PUBREC, PUBREL and PUBCOMP. */
const ACKNOWLEDGEMENTS: readonly number[] = [4, 5, 6, 7]

type Sender = 'stranger' | 'device' | 'backend'
const LARGEST: Readonly<Record<Sender, number>> = {
  stranger: MAX_CONNECT_BYTES,
  device: MAX_DEVICE_PACKET_BYTES,
  backend: MAX_BACKEND_PACKET_BYTES,
}

export function createPacketGuard(): PacketGuard {
  let sender: Sender = 'stranger'
  let refusal: PacketRefusal | null = null
  let expecting: 'type' | 'length' | 'body' = 'type'
  let type = 0
  let length = 0
  let shift = 0
  let bodyLeft = 0
  let requests: Bucket | null = null
  let acknowledgements: Bucket | null = null

  /** Where in the list of filters the stream is: bytes to pass over, then the two bytes of the next filter's length. */
  let filters = 0
  let skip = 0
  let highByte: number | null = null

  function beginPacket(now: number): PacketRefusal | null {
    if (length > LARGEST[sender]) return 'too-large'
    bodyLeft = length
    expecting = length === 0 ? 'type' : 'body'
    filters = 0
    skip = 2
    highByte = null
    return sender === 'device' && !isWithinRate(now) ? 'too-many-packets' : null
  }

  function isWithinRate(now: number): boolean {
    if (ACKNOWLEDGEMENTS.includes(type)) {
      const step = takeToken(acknowledgements ?? fullBucket(DEVICE_ACKNOWLEDGEMENTS, now), DEVICE_ACKNOWLEDGEMENTS, now)
      acknowledgements = step.bucket
      return step.taken
    }
    const step = takeToken(requests ?? fullBucket(DEVICE_REQUESTS, now), DEVICE_REQUESTS, now)
    requests = step.bucket
    return step.taken
  }

  /** Counts the filters in a piece of the body. */
  function countFilters(chunk: Uint8Array, from: number, to: number): void {
    for (let index = from; index < to && filters <= MAX_FILTERS_PER_PACKET; index += 1) {
      const byte = chunk[index] ?? 0
      if (skip > 0) {
        const passed = Math.min(skip, to - index)
        skip -= passed
        index += passed - 1
      } else if (highByte === null) {
        highByte = byte
        filters += 1
      } else {
        skip = highByte * 256 + byte + (type === SUBSCRIBE ? 1 : 0)
        highByte = null
      }
    }
  }

  function take(chunk: Uint8Array, now: number): PacketRefusal | null {
    let index = 0
    while (index < chunk.length) {
      if (expecting === 'body') {
        const end = index + Math.min(bodyLeft, chunk.length - index)
        if (type === SUBSCRIBE || type === UNSUBSCRIBE) countFilters(chunk, index, end)
        if (filters > MAX_FILTERS_PER_PACKET) return 'too-many-filters'
        bodyLeft -= end - index
        index = end
        if (bodyLeft === 0) expecting = 'type'
        continue
      }
      const byte = chunk[index] ?? 0
      index += 1
      if (expecting === 'type') {
        type = byte >> 4
        length = 0
        shift = 0
        expecting = 'length'
        continue
      }
      length += (byte & 0x7f) * 2 ** shift
      shift += 7
      const isLast = (byte & 0x80) === 0
      if (!isLast && shift > 21) return 'malformed'
      if (length > LARGEST[sender]) return 'too-large'
      const refused = isLast ? beginPacket(now) : null
      if (refused !== null) return refused
    }
    return null
  }

  return {
    accept(chunk, now) {
      refusal ??= take(chunk, now)
      return refusal
    },
    letIn(as) {
      sender = as
    },
  }
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DEVICE_ACKNOWLEDGEMENTS,
  DEVICE_REQUESTS,
  MAX_BACKEND_PACKET_BYTES,
  MAX_CONNECT_BYTES,
  MAX_DEVICE_PACKET_BYTES,
  MAX_FILTERS_PER_PACKET,
} from '../../../server/broker/limits.ts'
import { createPacketGuard, type PacketGuard } from '../../../server/broker/packet-guard.ts'

const CONNECT = 0x10
const PUBLISH = 0x30
const PUBACK = 0x40
const SUBSCRIBE = 0x82
const UNSUBSCRIBE = 0xa2
const PINGREQ = 0xc0

function encodeLength(length: number): number[] {
  const bytes: number[] = []
  let rest = length
  do {
    const byte = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? byte | 0x80 : byte)
  } while (rest > 0)
  return bytes
}

function packet(type: number, body: ArrayLike<number>): Uint8Array {
  return Uint8Array.from([type, ...encodeLength(body.length), ...Array.from(body)])
}

function filters(type: number, lengths: readonly number[]): Uint8Array {
  const list = lengths.flatMap((length) => [
    length >> 8,
    length & 0xff,
    ...new Uint8Array(length),
    ...(type === SUBSCRIBE ? [1] : []),
  ])
  return packet(type, [0, 7, ...list])
}

function ofDevice(): PacketGuard {
  const guard = createPacketGuard()
  guard.letIn('device')
  return guard
}

describe('the size of incoming MQTT packets', () => {
  test('[I5] packets up to the limit pass, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        (lengths, cuts) => {
          const guard = ofDevice()
          const bytes = Uint8Array.from(lengths.flatMap((length) => [...packet(PUBLISH, new Uint8Array(length))]))
          for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
            const size = cuts[cut % cuts.length] ?? 1
            expect(guard.accept(bytes.subarray(at, at + size), 0)).toBeNull()
            at += size
          }
        },
      ),
    )
  })

  test.each([
    ['a stranger', null, MAX_CONNECT_BYTES],
    ['a device', 'device', MAX_DEVICE_PACKET_BYTES],
    ['the backend', 'backend', MAX_BACKEND_PACKET_BYTES],
  ] as const)('[I5] what is too large of %s is noticed by its header, and never forgiven', (_who, as, largest) => {
    const guard = createPacketGuard()
    if (as !== null) guard.letIn(as)
    expect(guard.accept(packet(CONNECT, new Uint8Array(largest)), 0)).toBeNull()
    expect(guard.accept(Uint8Array.from([CONNECT, ...encodeLength(largest + 1)]), 0)).toBe('too-large')
    expect(guard.accept(packet(PINGREQ, []), 0)).toBe('too-large')
  })

  test('[I5] a length of more than four bytes is malformed', () => {
    const guard = createPacketGuard()
    expect(guard.accept(Uint8Array.from([CONNECT, 0x80, 0x80, 0x80]), 0)).toBeNull()
    expect(guard.accept(Uint8Array.from([0x80]), 0)).toBe('malformed')
  })
})

describe('the filters of a packet', () => {
  test.each([
    ['SUBSCRIBE', SUBSCRIBE],
    ['UNSUBSCRIBE', UNSUBSCRIBE],
  ])('[I5] a %s with more than eight ends its connection, wherever the stream is cut', (_name, type) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: MAX_FILTERS_PER_PACKET + 4 }),
        fc.integer({ min: 1, max: 40 }),
        (lengths, size) => {
          const guard = ofDevice()
          const bytes = filters(type, lengths)
          let refused: string | null = null
          for (let at = 0; at < bytes.length; at += size) refused = guard.accept(bytes.subarray(at, at + size), 0)
          expect(refused).toBe(lengths.length > MAX_FILTERS_PER_PACKET ? 'too-many-filters' : null)
        },
      ),
    )
  })

  test('[I5] the filters of one packet are not counted with those of the next', () => {
    const guard = ofDevice()
    for (let sent = 0; sent < 10; sent += 1) {
      expect(guard.accept(filters(SUBSCRIBE, new Array(MAX_FILTERS_PER_PACKET).fill(3)), 0)).toBeNull()
    }
  })
})

describe('the rate of a device’s packets', () => {
  test('[I5] requests beyond the burst end its connection, and the bucket fills again', () => {
    const guard = ofDevice()
    const many = Uint8Array.from({ length: DEVICE_REQUESTS.burst * 2 }, (_, index) => (index % 2 === 0 ? PINGREQ : 0))
    expect(guard.accept(many, 0)).toBeNull()
    expect(guard.accept(packet(PINGREQ, []), 1000)).toBeNull()
    for (let sent = 1; sent < DEVICE_REQUESTS.perSecond; sent += 1) guard.accept(packet(PINGREQ, []), 1000)
    expect(guard.accept(packet(PINGREQ, []), 1000)).toBe('too-many-packets')
  })

  test('[I5] a tablet that takes a burst of events acknowledges them all', () => {
    const guard = ofDevice()
    const acknowledgement = packet(PUBACK, [0, 1])
    for (let sent = 0; sent < DEVICE_ACKNOWLEDGEMENTS.burst; sent += 1) {
      expect(guard.accept(acknowledgement, 0)).toBeNull()
    }
    expect(guard.accept(acknowledgement, 0)).toBe('too-many-packets')
  })

  test('[I5] the backend’s tools have no such limit', () => {
    const guard = createPacketGuard()
    guard.letIn('backend')
    for (let sent = 0; sent < 1_000; sent += 1) expect(guard.accept(packet(PUBLISH, [0, 1, 65]), 0)).toBeNull()
  })
})

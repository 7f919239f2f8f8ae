import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPacketSizeGuard } from '../../../server/broker/packet-size-guard.ts'

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

function packet(length: number): Uint8Array {
  return Uint8Array.from([0x30, ...encodeLength(length), ...new Uint8Array(length)])
}

describe('the size of incoming MQTT packets', () => {
  test('[I5] packets up to the limit pass, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        (lengths, cuts) => {
          const guard = createPacketSizeGuard(300)
          const bytes = Uint8Array.from(lengths.flatMap((length) => [...packet(length)]))
          for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
            const size = cuts[cut % cuts.length] ?? 1
            expect(guard.accept(bytes.subarray(at, at + size))).toBe(true)
            at += size
          }
        },
      ),
    )
  })

  test('[I5] a larger one is noticed by its header, before its body, and never forgiven', () => {
    const guard = createPacketSizeGuard(300)
    expect(guard.accept(packet(300))).toBe(true)
    expect(guard.accept(Uint8Array.from([0x10, ...encodeLength(301)]))).toBe(false)
    expect(guard.accept(packet(1))).toBe(false)
  })

  test('[I5] a length of more than four bytes is malformed', () => {
    const guard = createPacketSizeGuard(Number.MAX_SAFE_INTEGER)
    expect(guard.accept(Uint8Array.from([0x10, 0x80, 0x80, 0x80]))).toBe(true)
    expect(guard.accept(Uint8Array.from([0x80]))).toBe(false)
  })
})

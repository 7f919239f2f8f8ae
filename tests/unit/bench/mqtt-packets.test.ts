import { describe, expect, test } from 'vitest'
import { readPublishes } from '../../../bench/mqtt-packets.ts'

const bytes = (...parts: (number | string)[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])))
/** QoS 1, packet id 7. */
const publish4 = bytes(0x32, 8, 0, 3, 'a/b', 0, 7, '!')
const publish5 = bytes(0x32, 11, 0, 3, 'a/b', 0, 7, 2, 1, 0, '!')
const pingresp = bytes(0xd0, 0)

const at = (time: number, ...chunks: Uint8Array[]) => ({ at: time, bytes: new Uint8Array(Buffer.concat(chunks)) })

describe('readPublishes', () => {
  test('reads topic and payload of MQTT 3.1.1', () => {
    expect(readPublishes([at(5, publish4)], 4)).toEqual([{ at: 5, topic: 'a/b', payload: '!', size: 10 }])
  })

  test('steps over the properties of MQTT v5', () => {
    expect(readPublishes([at(5, publish5)], 5)).toEqual([{ at: 5, topic: 'a/b', payload: '!', size: 13 }])
  })

  test('QoS 0 has no packet id', () => {
    expect(readPublishes([at(1, bytes(0x30, 6, 0, 3, 'a/b', '!'))], 4)).toMatchObject([{ payload: '!' }])
  })

  test('several packets in a frame, others between them', () => {
    expect(readPublishes([at(1, publish4, pingresp, publish4)], 4)).toHaveLength(2)
  })

  test('a packet in several frames came with the last one', () => {
    const frames = [at(1, publish4.subarray(0, 1)), at(2, publish4.subarray(1, 5)), at(3, publish4.subarray(5))]
    expect(readPublishes(frames, 4)).toEqual([{ at: 3, topic: 'a/b', payload: '!', size: 10 }])
  })

  test('reads lengths of more than 127 bytes, and leaves out what is cut off', () => {
    const payload = 'x'.repeat(300)
    const long = bytes(0x32, 0xb3, 0x02, 0, 3, 'a/b', 0, 7, payload)
    expect(readPublishes([at(1, long, publish4.subarray(0, 9))], 4)).toEqual([
      { at: 1, topic: 'a/b', payload, size: 310 },
    ])
  })
})

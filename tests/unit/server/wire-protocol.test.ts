import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameReader, fatalError, simpleQuery, sync } from '../../../server/database/wire-protocol.ts'

const STARTUP = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0])

function header(length: number): Buffer {
  const bytes = Buffer.from('Q....')
  bytes.writeInt32BE(length, 1)
  return bytes
}

describe('messages of a SQL client', () => {
  it('are the same however the network cuts them', () => {
    const message = fc.oneof(
      fc.constant(sync()),
      fc.string({ maxLength: 2_000 }).map((text) => simpleQuery(text.replaceAll('\0', ''))),
    )
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), fc.array(fc.nat(5_000)), (messages, cuts) => {
        const bytes = Buffer.concat([STARTUP, ...messages])
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
        const read = createFrameReader()
        const frames = edges.slice(1).flatMap((edge, index) => read(bytes.subarray(edges[index], edge)))
        expect(frames.map(({ kind }) => kind)).toEqual(['startup', ...messages.map(() => 'message')])
        expect(Buffer.concat(frames.map((frame) => frame.bytes))).toEqual(bytes)
      }),
    )
  })

  it('of many megabytes in small pieces cost no more than their bytes', () => {
    const read = createFrameReader()
    read(STARTUP)
    read(sync())
    const message = simpleQuery('x'.repeat(24 * 1024 * 1024))
    let frames = 0
    // Joined at every piece, these would be 150 GB of copying.
    for (let at = 0; at < message.length; at += 2_000) frames += read(message.subarray(at, at + 2_000)).length
    expect(frames).toBe(1)
  })

  it('that are too large or none at all are named for their user', () => {
    const start = () => {
      const read = createFrameReader()
      read(STARTUP)
      read(sync())
      return read
    }
    expect(() => start()(header(100 * 1024 * 1024))).toThrow(expect.objectContaining({ code: '54000' }))
    expect(() => start()(header(100 * 1024 * 1024))).toThrow('larger than 64 MB')
    expect(() => start()(header(-5))).toThrow(expect.objectContaining({ code: '08P01' }))
  })

  it('have 10 kB at most until the password has come', () => {
    const startup = Buffer.from([0, 0, 0x27, 0x11, 0, 3, 0, 0])
    expect(() => createFrameReader()(startup)).toThrow(expect.objectContaining({ code: '54000' }))
    const read = createFrameReader()
    read(STARTUP)
    expect(() => read(header(10_001))).toThrow('before the password')
  })

  it('end with an error that any driver reads', () => {
    const bytes = fatalError({ code: '54000', message: 'too large' })
    expect(bytes.toString('latin1', 5)).toBe('SFATAL\0VFATAL\0C54000\0Mtoo large\0\0')
    expect(bytes.readInt32BE(1)).toBe(bytes.length - 1)
  })
})

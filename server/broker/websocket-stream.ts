import { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import type { PacketGuard, PacketRefusal } from './packet-guard.ts'

/**
 * An MQTT connection over a WebSocket as the stream that the broker wants.
 *
 * It never makes the broker wait: aedes delivers a message to all subscribers before it takes the next, so one tablet that has
 * left the Wi-Fi would stop every counter of the shop. Bytes are handed to the socket at once, and a connection whose unsent
 * bytes pass `maxBufferedBytes` is cut: the device comes back and catches up from the change log (rule C5).
 */
export function createWebSocketStream(
  socket: WebSocket,
  options: {
    readonly guard: PacketGuard
    readonly maxBufferedBytes: number
    /** The connection ends because of what it sent. */
    readonly onRefused: (why: PacketRefusal | 'text') => void
  },
): Duplex {
  const { guard, maxBufferedBytes } = options

  /** Null, or why the bytes were not taken. */
  const send = (bytes: Buffer): Error | null => {
    if (socket.readyState !== socket.OPEN) return new Error('the WebSocket is closed')
    socket.send(bytes, { binary: true }, () => undefined)
    if (socket.bufferedAmount <= maxBufferedBytes) return null
    socket.terminate()
    return new Error('the client does not take its messages')
  }

  const stream = new Duplex({
    allowHalfOpen: false,
    // What one event-loop turn may write before the broker would wait for `drain`, which comes at the end of that turn.
    writableHighWaterMark: maxBufferedBytes,
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => done(send(chunk)),
    // A packet is written in pieces (header, topic, payload); they travel as one frame.
    writev: (pieces, done) => done(send(Buffer.concat(pieces.map((piece: { chunk: Buffer }) => piece.chunk)))),
    final: (done) => {
      socket.close(1000)
      done()
    },
    destroy: (error, done) => {
      if (error === null) {
        socket.close(1000)
        // Nobody reads any more, but the other side's farewell must still be heard: without it the socket stays for half a minute.
        socket.resume()
      } else {
        socket.terminate()
      }
      done(error)
    },
  })

  socket.on('message', (data: RawData, isBinary: boolean) => {
    const bytes = toBuffer(data)
    // What comes after the end was refused is not looked at.
    if (stream.destroyed) return
    const refused = isBinary ? guard.accept(bytes, performance.now()) : 'text'
    if (refused !== null) {
      options.onRefused(refused)
      stream.destroy(new Error(`refused: ${refused}`))
      return
    }
    if (!stream.push(bytes)) socket.pause()
  })
  socket.on('close', () => {
    stream.push(null)
    stream.destroy()
  })
  socket.on('error', (error) => stream.destroy(error))
  return stream
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}

/**
 * An EMQX that starts, as far as MQTT goes: it listens before it can ask anybody who may do what, and says *not authorized* (135) to
 * everybody until then, in CONNACK without an authenticator, in SUBACK and PUBACK without an authorization source. What it has refused
 * on a connection it goes on refusing there (`authorization.cache`). MQTT v5, one filter a SUBSCRIBE, QoS 1; what is published goes
 * nowhere.
 */
import { createServer, type Socket } from 'node:net'

const NOT_AUTHORIZED = 135
const GRANTED_QOS_1 = 1

export interface StartingEmqx {
  /** `mqtt://127.0.0.1:…` */
  readonly url: string
  /** What is not there yet. */
  missing: 'authenticator' | 'authorization' | 'nothing'
  /** Payloads that it has acknowledged. */
  readonly taken: string[]
  close(): Promise<void>
}

export async function startStartingEmqx(): Promise<StartingEmqx> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    serve(socket, emqx)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const emqx: StartingEmqx = {
    url: `mqtt://127.0.0.1:${address.port}`,
    missing: 'authenticator',
    taken: [],
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return emqx
}

function serve(socket: Socket, emqx: StartingEmqx): void {
  let unread = Buffer.alloc(0)
  let hasRefused = false
  const isAllowed = (): boolean => {
    hasRefused ||= emqx.missing !== 'nothing'
    return !hasRefused
  }
  const take = (type: number, body: Buffer): void => {
    if (type === 1) {
      const isRefused = emqx.missing === 'authenticator'
      socket.write(Buffer.from([0x20, 3, 0, isRefused ? NOT_AUTHORIZED : 0, 0]))
      if (isRefused) socket.end()
    } else if (type === 8) {
      const reason = isAllowed() ? GRANTED_QOS_1 : NOT_AUTHORIZED
      socket.write(Buffer.from([0x90, 4, ...body.subarray(0, 2), 0, reason]))
    } else if (type === 3) {
      const topicEnd = 2 + body.readUInt16BE(0)
      const isTaken = isAllowed()
      // After the packet id comes the length of the properties: one byte, as long as they are short.
      if (isTaken) emqx.taken.push(body.subarray(topicEnd + 3 + body.readUInt8(topicEnd + 2)).toString('utf8'))
      socket.write(Buffer.from([0x40, 4, ...body.subarray(topicEnd, topicEnd + 2), isTaken ? 0 : NOT_AUTHORIZED, 0]))
    } else if (type === 12) {
      socket.write(Buffer.from([0xd0, 0]))
    } else if (type === 14) socket.end()
  }
  socket.on('data', (chunk) => {
    unread = Buffer.concat([unread, chunk])
    for (;;) {
      const packet = readPacket(unread)
      if (packet === null) return
      unread = unread.subarray(packet.length)
      take(packet.type, packet.body)
    }
  })
}

/** The first whole packet of these bytes; null: there is none yet. */
function readPacket(bytes: Buffer): { type: number; body: Buffer; length: number } | null {
  let bodyLength = 0
  for (let index = 1; index < Math.min(bytes.length, 5); index += 1) {
    const byte = bytes.readUInt8(index)
    bodyLength += (byte & 0x7f) * 128 ** (index - 1)
    if (byte >= 0x80) continue
    const length = index + 1 + bodyLength
    if (bytes.length < length) return null
    return { type: bytes.readUInt8(0) >> 4, body: bytes.subarray(index + 1, length), length }
  }
  return null
}

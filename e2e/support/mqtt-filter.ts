import type { BrowserContext, WebSocketRoute } from '@playwright/test'
import { keepEngineInPage } from './engine.ts'

/** A hand on the single messages that a broker sends to a tablet. */
export interface MqttFilter {
  /** To be called before the tablet's first page. */
  prepare(context: BrowserContext): Promise<void>
  /** From now on messages that contain such a text are lost on the way. null: none. */
  drop(text: RegExp | null): void
  /** How many were lost. */
  readonly dropped: number
}

const PUBLISH = 3

export function createMqttFilter(): MqttFilter {
  let lost: RegExp | null = null
  let dropped = 0

  const passes = (packet: Buffer): boolean => {
    const isPublish = (packet[0] ?? 0) >> 4 === PUBLISH
    if (!isPublish || lost === null || !lost.test(packet.toString('utf8'))) return true
    dropped += 1
    return false
  }

  return {
    async prepare(context) {
      await keepEngineInPage(context)
      await context.routeWebSocket(/.*/, (socket: WebSocketRoute) => {
        const server = socket.connectToServer()
        let rest = Buffer.alloc(0)
        server.onMessage((message) => {
          // A message of the socket is any piece of the stream of packets.
          rest = Buffer.concat([rest, Buffer.from(message)])
          for (let size = packetSize(rest); size !== null && size <= rest.length; size = packetSize(rest)) {
            const packet = rest.subarray(0, size)
            rest = rest.subarray(size)
            if (passes(packet)) socket.send(packet)
          }
        })
      })
    },
    drop(text) {
      lost = text
    },
    get dropped() {
      return dropped
    },
  }
}

/** Bytes of the first packet; null while its length has not come. MQTT's fixed header: a type, then 7 bits of length a byte. */
function packetSize(bytes: Buffer): number | null {
  let length = 0
  for (let index = 1; index <= 4; index += 1) {
    const byte = bytes[index]
    if (byte === undefined) return null
    length += (byte & 0x7f) << (7 * (index - 1))
    if (byte < 0x80) return index + 1 + length
  }
  throw new Error('this is no MQTT')
}

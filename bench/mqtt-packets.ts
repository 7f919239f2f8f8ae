/** Reads the PUBLISH packets out of a recorded stream of WebSocket frames, after the measuring. Pure. */

export interface Frame {
  readonly at: number
  readonly bytes: Uint8Array
}

export interface PublishedMessage {
  /** When the frame with its last byte came. */
  readonly at: number
  readonly topic: string
  readonly payload: string
  /** The whole packet. */
  readonly size: number
}

const PUBLISH = 3
const LENGTH_BYTES = 4

/**
 * MQTT does not keep to frame borders: a packet may come in several, a frame may hold several. `protocolVersion` 5 has
 * properties between the topic and the payload. The recording begins and ends between two packets; a rest is left out.
 */
export function readPublishes(frames: readonly Frame[], protocolVersion: 4 | 5): PublishedMessage[] {
  const found: PublishedMessage[] = []
  let rest = new Uint8Array()
  for (const { at, bytes } of frames) {
    rest = concat(rest, bytes)
    for (let packet = takePacket(rest); packet !== null; packet = takePacket(rest)) {
      if (packet.type === PUBLISH) found.push({ at, size: packet.size, ...readPublish(packet, protocolVersion) })
      rest = rest.subarray(packet.size)
    }
  }
  return found
}

interface Packet {
  readonly type: number
  readonly flags: number
  readonly body: Uint8Array
  readonly size: number
}

/** Null when the packet is not whole yet. */
function takePacket(bytes: Uint8Array): Packet | null {
  const [head] = bytes
  const length = readLength(bytes, 1)
  if (head === undefined || length === null) return null
  const size = length.end + length.value
  if (bytes.length < size) return null
  return { type: head >> 4, flags: head & 15, body: bytes.subarray(length.end, size), size }
}

function readPublish({ flags, body }: Packet, protocolVersion: 4 | 5): { topic: string; payload: string } {
  const decode = (part: Uint8Array) => new TextDecoder().decode(part)
  const topicEnd = 2 + (((body[0] ?? 0) << 8) | (body[1] ?? 0))
  const qos = (flags >> 1) & 3
  let start = topicEnd + (qos > 0 ? 2 : 0)
  if (protocolVersion === 5) {
    const properties = readLength(body, start)
    if (properties !== null) start = properties.end + properties.value
  }
  return { topic: decode(body.subarray(2, topicEnd)), payload: decode(body.subarray(start)) }
}

/** A length of one to four bytes, seven bits each, lowest first. Null when it is cut off. */
function readLength(bytes: Uint8Array, start: number): { value: number; end: number } | null {
  let value = 0
  for (let index = 0; index < LENGTH_BYTES; index += 1) {
    const byte = bytes[start + index]
    if (byte === undefined) return null
    value += (byte & 127) * 128 ** index
    if (byte < 128) return { value, end: start + index + 1 }
  }
  throw new Error('This is not MQTT')
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

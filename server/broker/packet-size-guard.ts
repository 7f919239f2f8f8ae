/**
 * Watches the framing of an MQTT byte stream. The parser behind it collects a packet until its announced length is there, up to
 * 256 MB, and does so before anybody has given a password; this says no as soon as a header announces too much.
 *
 * MQTT fixed header: one byte of type and flags, then the remaining length in one to four bytes of seven bits each.
 */
export interface PacketSizeGuard {
  /** Takes the next bytes; false when a packet is larger than allowed or the header is malformed. Then the guard stays false. */
  accept(chunk: Uint8Array): boolean
}

export function createPacketSizeGuard(maxPacketBytes: number): PacketSizeGuard {
  let expecting: 'type' | 'length' | 'body' | 'nothing' = 'type'
  let length = 0
  let shift = 0
  let bodyLeft = 0

  return {
    accept(chunk) {
      let index = 0
      while (index < chunk.length && expecting !== 'nothing') {
        if (expecting === 'body') {
          const taken = Math.min(bodyLeft, chunk.length - index)
          bodyLeft -= taken
          index += taken
          if (bodyLeft === 0) expecting = 'type'
          continue
        }
        const byte = chunk[index] ?? 0
        index += 1
        if (expecting === 'type') {
          length = 0
          shift = 0
          expecting = 'length'
          continue
        }
        length += (byte & 0x7f) * 2 ** shift
        shift += 7
        const isLast = (byte & 0x80) === 0
        if (length > maxPacketBytes || (!isLast && shift > 21)) expecting = 'nothing'
        else if (isLast) {
          bodyLeft = length
          expecting = length === 0 ? 'type' : 'body'
        }
      }
      return expecting !== 'nothing'
    },
  }
}

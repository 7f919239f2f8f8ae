import { type PublishedMessage, readPublishes } from './mqtt-packets.ts'
import type { Recording } from './page/probe.ts'

/** The MQTT messages that a page received while it was recorded. */
export function readMessages({ frames }: Recording, protocolVersion: 4 | 5): PublishedMessage[] {
  const decoded = frames.map(({ at, base64 }) => ({ at, bytes: new Uint8Array(Buffer.from(base64, 'base64')) }))
  return readPublishes(decoded, protocolVersion)
}

/**
 * What one client may cost the broker, the same for all three where they can be told (deploy/emqx, deploy/mosquitto). The measure is a
 * shop of 50 tablets behind one address that all come back at once, and a program that nobody let in.
 */
import type { Rate } from '../token-bucket.ts'

/** A counter subscribes to one filter. More in a packet, or in a connection, are no counter's. */
export const MAX_FILTERS_PER_PACKET = 8
export const MAX_SUBSCRIPTIONS = 16
/** Ours have five levels of at most 64 characters. */
export const MAX_TOPIC_LEVELS = 5
export const MAX_FILTER_LENGTH = 324

/** CONNECT with the longest name, password and client id that are looked at is half of it. Bytes. */
export const MAX_CONNECT_BYTES = 2 * 1024
/** All that a connection may have sent, WebSocket and HTTP framing included, before it was let in. Bytes. */
export const MAX_STRANGER_BYTES = 16 * 1024
/** What a device sends are subscriptions, acknowledgements and pings. Bytes a packet. */
export const MAX_DEVICE_PACKET_BYTES = 4 * 1024
/** The backend's own tools publish events. Bytes a packet. */
export const MAX_BACKEND_PACKET_BYTES = 256 * 1024 + 1024

/** Packets of a device that ask for something: subscriptions, pings, publishes. */
export const DEVICE_REQUESTS: Rate = { burst: 50, perSecond: 5 }
/** Acknowledgements: as many as a tablet may have had to take at once. */
export const DEVICE_ACKNOWLEDGEMENTS: Rate = { burst: 20_000, perSecond: 5_000 }

/** From the WebSocket to the whole CONNECT, ms. */
export const CONNECT_TIMEOUT_MS = 5_000
/** A connection without keep-alive would outlive its tablet: aedes refuses 0 and anything longer. Ours is 60 s. */
export const MAX_KEEPALIVE_S = 300
export const MAX_CLIENT_ID_LENGTH = 128

export interface ConnectionLimits {
  /** Open at the same time, whoever they are. */
  readonly connections: number
  /** Open and not let in yet. */
  readonly strangers: number
  readonly strangersOfAddress: number
  /** New connections of one address. */
  readonly arrivalsOfAddress: Rate
  /** Open connections of one device. The oldest ends: of a tablet that changed its network it is a dead one. */
  readonly ofDevice: number
}

/** A tablet that is refused comes back within 20 ms to 2 s: fifty make about sixty attempts a second, more in the first. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  connections: 2_000,
  strangers: 500,
  strangersOfAddress: 150,
  arrivalsOfAddress: { burst: 400, perSecond: 80 },
  ofDevice: 8,
}

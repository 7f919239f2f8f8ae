import type { EventEmitter } from 'node:events'
import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { Aedes, type AedesOptions, type Client } from 'aedes'
import type { BaseLogger } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import { namesTwoHosts } from '../http/one-host.ts'
import type { AccessControl } from './access-control.ts'
import type { Broker, BrokerEndpoint } from './broker.ts'
import { BrokerError } from './errors.ts'
import { canPublish, canReceive, canSubscribe, NOBODY, type Principal } from './policy.ts'
import { createWebSocketStream } from './websocket-stream.ts'

/** Where the embedded broker answers, on the server's own port. */
export const MQTT_PATH = '/mqtt'
const SUBPROTOCOL = 'mqtt'

const MAX_PACKET_BYTES = 256 * 1024
const DEFAULT_MAX_BUFFERED_BYTES = 4 * 1024 * 1024
const CONNECT_TIMEOUT_MS = 10_000
/** A connection without keep-alive would outlive its tablet: aedes refuses 0 and anything longer. Ours is 60. */
const MAX_KEEPALIVE_S = 300
const MAX_CLIENT_ID_LENGTH = 128
/** How long the end waits for clients to say farewell. */
const FAREWELL_MS = 1_000

/** CONNACK return codes of MQTT 3.1.1 that a refusal may carry. */
type RefusalCode = 3 | 5

export interface EmbeddedBroker extends Broker {
  /** Answers WebSocket upgrades of this server at `/mqtt`; every other upgrade is refused with an HTTP status. */
  attach(server: HttpServer | HttpsServer): void
}

export interface EmbeddedBrokerOptions {
  readonly access: AccessControl
  readonly log: Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>
  /** What browsers connect to when it is not `/mqtt` on the server's own origin (a proxy that moves it). */
  readonly wsUrl?: string | undefined
  /** Unsent bytes at which a connection is cut; default 4 MiB. */
  readonly maxBufferedBytes?: number
}

/**
 * The broker inside the server process (aedes, MQTT 3.1.1 over WebSocket): policy.ts by its hooks. Sessions are always clean and
 * retained messages and wills are refused, so memory holds nothing but live connections: nothing depends on what a broker keeps (rule C5).
 */
export async function createEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { access, log } = options
  const principals = new WeakMap<Client, Principal>()
  /** Connections by claimed device id, from before the password is checked: a revocation also ends one that is being let in. */
  const connections = new Map<string, Set<Client>>()
  const listeners = new Set<(connected: boolean) => void>()
  const attached = new Map<HttpServer | HttpsServer, UpgradeListener>()
  const outstanding = new Set<(reason: Error) => void>()
  let connected = false

  const principalOf = (client: Client | null): Principal =>
    client === null ? NOBODY : (principals.get(client) ?? NOBODY)

  /** Refused whoever they are; noted before and told in `authenticate`, because only a refusal there sends a CONNACK. */
  const unwelcome = new WeakSet<Client>()

  const hooks: AedesOptions = {
    preConnect(client, packet, done) {
      packet.clean = true
      if (packet.will !== undefined || packet.clientId.length > MAX_CLIENT_ID_LENGTH) unwelcome.add(client)
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const name = username ?? ''
      remember(name, client)
      access
        .authenticate({ username: name, password: password?.toString('utf8') ?? '', clientId: client.id })
        .then((principal) => {
          if (principal.kind === 'none' || unwelcome.has(client)) {
            log.info({ username: name, client_id: client.id }, 'mqtt connection refused')
            return done(refusal(5), false)
          }
          principals.set(client, principal)
          done(null, true)
        })
        .catch((error: unknown) => {
          log.error({ err: error }, 'mqtt authentication failed')
          done(refusal(3), false)
        })
    },
    authorizePublish(client, packet, done) {
      const principal = principalOf(client)
      if (canPublish(principal, packet.topic, packet.retain)) return done(null)
      // MQTT 3.1.1 has no "not authorized" for a publish: its sender is disconnected, nobody else notices.
      log.warn({ client_id: client?.id, topic: packet.topic, principal: principal.kind }, 'mqtt publish refused')
      done(new Error('publish refused'))
    },
    authorizeSubscribe(client, subscription, done) {
      isSubscriptionAllowed(client, subscription.topic)
        .then((allowed) => done(null, allowed ? subscription : null))
        .catch((error: unknown) => {
          log.error({ err: error }, 'mqtt authorization failed')
          done(null, null)
        })
    },
    authorizeForward: (client, packet) => (canReceive(principalOf(client), packet.topic) ? packet : null),
  }

  async function isSubscriptionAllowed(client: Client, filter: string): Promise<boolean> {
    const known = principalOf(client)
    // A device is looked up again: it may have been revoked, or moved to another branch, since it connected.
    const principal = known.kind === 'device' ? await access.identify(known.deviceId, client.id) : known
    const allowed = canSubscribe(principal, filter)
    if (!allowed) log.warn({ client_id: client.id, filter, principal: principal.kind }, 'mqtt subscription refused')
    return allowed
  }

  function remember(deviceId: string, client: Client): void {
    const known = connections.get(deviceId) ?? new Set()
    known.add(client)
    connections.set(deviceId, known)
    client.conn.once('close', () => {
      known.delete(client)
      if (known.size === 0 && connections.get(deviceId) === known) connections.delete(deviceId)
    })
  }

  const aedes = await Aedes.createBroker({
    ...hooks,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepaliveLimit: MAX_KEEPALIVE_S,
  })
  const events: EventEmitter = aedes
  events.on('error', (error: unknown) => log.error({ err: error }, 'embedded mqtt broker'))
  events.on('clientError', (client: Client, error: Error) =>
    log.debug({ client_id: client.id, err: error }, 'mqtt client'),
  )
  events.on('connectionError', (_client: Client, error: Error) => log.debug({ err: error }, 'mqtt connection'))

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: MAX_PACKET_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  })
  const limits = {
    maxPacketBytes: MAX_PACKET_BYTES,
    maxBufferedBytes: options.maxBufferedBytes ?? DEFAULT_MAX_BUFFERED_BYTES,
  }

  const onUpgrade: UpgradeListener = (request, socket, head) => {
    const status = upgradeRefusal(request)
    if (status !== null) return refuseUpgrade(socket, status)
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      aedes.handle(createWebSocketStream(webSocket, limits), request)
    })
  }

  function setConnected(value: boolean): void {
    if (connected === value) return
    connected = value
    for (const listener of listeners) listener(value)
  }

  return {
    name: 'embedded',
    start: () => setConnected(true),
    get connected() {
      return connected
    },
    onConnection(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish(topic, payload) {
      return new Promise<void>((resolve, reject) => {
        if (!connected) return reject(new BrokerError('unavailable', 'the embedded broker is not running'))
        outstanding.add(reject)
        aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, (error) => {
          outstanding.delete(reject)
          if (error) reject(error)
          else resolve()
        })
      })
    },
    endpoint: (requestOrigin) => embeddedEndpoint(requestOrigin, options.wsUrl),
    // The hooks look a device up at every connection: there is nothing to make known.
    provision: () => Promise.resolve(),
    async revoke(deviceId) {
      const ends = [...(connections.get(deviceId) ?? [])].map(
        (client) => new Promise<void>((resolve) => client.close(resolve)),
      )
      await Promise.all(ends)
    },
    attach(server) {
      if (attached.has(server)) return
      attached.set(server, onUpgrade)
      server.on('upgrade', onUpgrade)
    },
    async close() {
      setConnected(false)
      for (const [server, listener] of attached) server.off('upgrade', listener)
      attached.clear()
      await new Promise<void>((resolve) => aedes.close(resolve))
      await seeOff([...sockets.clients])
      for (const reject of outstanding) reject(new BrokerError('unavailable', 'the embedded broker was closed'))
      outstanding.clear()
    },
  }
}

/** Resolves when every socket is closed: by the other side's farewell, or without it when that side has left the network. */
async function seeOff(open: readonly WebSocket[]): Promise<void> {
  const gone = open.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())))
  const timer = setTimeout(() => {
    for (const socket of open) socket.terminate()
  }, FAREWELL_MS)
  // Those that had not got as far as a connection are told here.
  for (const socket of open) socket.close(1001)
  await Promise.all(gone)
  clearTimeout(timer)
}

/** `wss` when the page was loaded over HTTPS, because a browser refuses anything else there. Throws on what is no origin. */
function embeddedEndpoint(requestOrigin: string, wsUrl: string | undefined): BrokerEndpoint {
  if (wsUrl !== undefined) return { url: wsUrl, protocolVersion: 4 }
  const url = new URL(MQTT_PATH, requestOrigin)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return { url: url.href, protocolVersion: 4 }
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

function upgradeRefusal(request: IncomingMessage): string | null {
  const path = (request.url ?? '').split('?', 1)[0]
  if (namesTwoHosts(request)) return '400 Bad Request'
  if (path !== MQTT_PATH) return '404 Not Found'
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  return offered.includes(SUBPROTOCOL) ? null : '400 Bad Request'
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function refusal(returnCode: RefusalCode): Error & { returnCode: RefusalCode } {
  return Object.assign(new Error(returnCode === 3 ? 'server unavailable' : 'not authorized'), { returnCode })
}

import type { EventEmitter } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { Aedes, type Client } from 'aedes'
import type { BaseLogger } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import { createCausedLines, shorten } from '../caused-lines.ts'
import type { AccessControl } from './access-control.ts'
import type { Broker } from './broker.ts'
import { createConnectionGate, type GatePass } from './connection-gate.ts'
import { createEmbeddedHooks } from './embedded-hooks.ts'
import {
  boundStranger,
  createAddressFinder,
  embeddedEndpoint,
  refuseUpgrade,
  SUBPROTOCOL,
  type UpgradeListener,
  upgradeRefusal,
} from './embedded-upgrade.ts'
import { BrokerError } from './errors.ts'
import {
  CONNECT_TIMEOUT_MS,
  CONNECTION_LIMITS,
  type ConnectionLimits,
  MAX_BACKEND_PACKET_BYTES,
  MAX_KEEPALIVE_S,
} from './limits.ts'
import { createPacketGuard } from './packet-guard.ts'
import type { Principal } from './policy.ts'
import { createWebSocketStream } from './websocket-stream.ts'

const DEFAULT_MAX_BUFFERED_BYTES = 4 * 1024 * 1024
/** How long the end waits for clients to say farewell. */
const FAREWELL_MS = 1_000

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
  /** TRUST_PROXY: whose word about a client's address counts. */
  readonly trustProxy?: false | string
  readonly limits?: ConnectionLimits
  /** From the WebSocket to the whole CONNECT, ms. */
  readonly connectTimeoutMs?: number
}

/** A connection on its way through the gate. */
interface Pass extends GatePass {
  letIn(principal: Principal): void
  end(): void
}

/**
 * The broker inside the server process (aedes, MQTT 3.1.1 over WebSocket): policy.ts by its hooks. Sessions are always clean and
 * retained messages and wills are refused, so memory holds nothing but live connections: nothing depends on what a broker keeps (rule C5).
 */
export async function createEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { access, log, limits = CONNECTION_LIMITS } = options
  const lines = createCausedLines(log, () => performance.now())
  const addressOf = createAddressFinder(options.trustProxy ?? false)
  const gate = createConnectionGate<Pass>(limits)
  const passes = new WeakMap<object, Pass>()
  const listeners = new Set<(connected: boolean) => void>()
  const attached = new Map<HttpServer | HttpsServer, UpgradeListener>()
  const outstanding = new Set<(reason: Error) => void>()
  let connected = false

  const { hooks, endDevice } = createEmbeddedHooks({
    access,
    log: lines,
    onLetIn(client, principal) {
      passes.get(client.conn)?.letIn(principal)
    },
  })
  const aedes = await Aedes.createBroker({
    ...hooks,
    connectTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepaliveLimit: MAX_KEEPALIVE_S,
  })
  const events: EventEmitter = aedes
  // Not the errors themselves: aedes hangs the packet on some of them, password and all.
  events.on('error', (error: Error) => lines('error', { reason: error.message }, 'embedded mqtt broker'))
  events.on('clientError', (client: Client, error: Error) =>
    log.debug({ client_id: shorten(client.id), reason: shorten(error.message) }, 'mqtt client'),
  )
  events.on('connectionError', (_client: Client, error: Error) =>
    log.debug({ reason: shorten(error.message) }, 'mqtt connection'),
  )

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: MAX_BACKEND_PACKET_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  })
  const maxBufferedBytes = options.maxBufferedBytes ?? DEFAULT_MAX_BUFFERED_BYTES

  const onUpgrade: UpgradeListener = (request, socket, head) => {
    const status = upgradeRefusal(request)
    if (status !== null) return refuseUpgrade(socket, status)
    const address = addressOf(request)
    const refused = gate.refusal(address, performance.now())
    if (refused !== null) {
      lines('warn', { address, why: refused }, 'mqtt connections: no more of them')
      return refuseUpgrade(socket, refused === 'full' ? '503 Service Unavailable' : '429 Too Many Requests')
    }
    const cut = (why: string): void => lines('warn', { address, why }, 'mqtt connection cut')
    const guard = createPacketGuard()
    const stranger = boundStranger(socket, () => cut('too-large'))
    const pass: Pass = {
      address,
      letIn(principal) {
        stranger.letIn()
        guard.letIn(principal.kind === 'backend' ? 'backend' : 'device')
        for (const oldest of gate.letIn(pass, principal.kind === 'device' ? principal.deviceId : null)) oldest.end()
      },
      end: () => socket.destroy(),
    }
    gate.enter(pass)
    socket.once('close', () => gate.leave(pass))
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = createWebSocketStream(webSocket, { guard, maxBufferedBytes, onRefused: cut })
      passes.set(stream, pass)
      aedes.handle(stream, request)
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
      await endDevice(deviceId)
      return 'ended'
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

/**
 * A port for HTTP or HTTPS with bounds before anybody has said who he is: how long a connection may say nothing, and how many there are.
 * A connection that became a WebSocket is the broker's to count (server/broker/connection-gate.ts).
 */
import http, { type RequestListener } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import proxyAddr from '@fastify/proxy-addr'
import { networkOf } from '../network-of.ts'
import { createOpenGate, type OpenLimits, type OpenRefusal } from './open-gate.ts'

export interface WebServerLimits extends OpenLimits {
  /** From the first byte of TLS to the last of its handshake, ms. */
  readonly handshakeMs: number
  /** A socket that says nothing, or never ends its headers, is closed after this at the next look at all of them, ms. */
  readonly headersMs: number
  readonly lookMs: number
  /** From the first byte of a request to the end of its body, ms. */
  readonly requestMs: number
}

/**
 * A browser opens six connections to one origin: fifty tablets that load the app behind one address have 300, and as many dead ones
 * when their network has just changed.
 */
export const OPEN_OF_ADDRESS = 600
export const WEB_SERVER_LIMITS: WebServerLimits = {
  total: 2_000,
  ofAddress: OPEN_OF_ADDRESS,
  handshakeMs: 5_000,
  headersMs: 10_000,
  lookMs: 5_000,
  requestMs: 30_000,
}
/** Longer than a proxy's own, so that it is never the server that closes a connection in use. */
const KEEP_ALIVE_MS = 72_000

export interface WebServerOptions {
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  /** Proxies whose connections are many clients': they count in all only, and the app counts their clients' requests. */
  readonly trustProxy?: false | string
  readonly limits?: WebServerLimits
  readonly onRefused?: (address: string, why: OpenRefusal) => void
}

export function createWebServer(handler: RequestListener, options: WebServerOptions = {}): http.Server | https.Server {
  const { tls, limits = WEB_SERVER_LIMITS } = options
  const timing = {
    connectionsCheckingInterval: limits.lookMs,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Without this the listener below would make an upgrade of each request that asks for one.
    shouldUpgradeCallback: () => server.listenerCount('upgrade') > 1,
  }
  const server: http.Server | https.Server = tls
    ? https.createServer({ ...timing, ...tls, handshakeTimeout: limits.handshakeMs }, handler)
    : http.createServer(timing, handler)
  boundConnections(server, options, limits)
  return server
}

function boundConnections(
  server: http.Server | https.Server,
  { trustProxy = false, onRefused }: WebServerOptions,
  limits: WebServerLimits,
): void {
  const gate = createOpenGate(limits)
  const ofProxies = createOpenGate({ ...limits, ofAddress: limits.total })
  const isProxy =
    trustProxy === false ? () => false : proxyAddr.compile(trustProxy.split(',').map((name) => name.trim()))
  /** By the other end, because TLS puts another socket over the one that was counted. */
  const leaves = new Map<string, () => void>()

  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    const address = networkOf(socket.remoteAddress ?? '')
    const entered = (isProxy(socket.remoteAddress ?? '', 0) ? ofProxies : gate).enter(address)
    if (typeof entered === 'string') {
      onRefused?.(address, entered)
      socket.destroy()
      return
    }
    const leave = () => {
      if (leaves.get(peer) === leave) leaves.delete(peer)
      entered()
    }
    leaves.set(peer, leave)
    socket.once('close', leave)
  })
  server.on('upgrade', (_request, socket: Duplex) => leaves.get(peerOf(socket as Socket))?.())
}

function peerOf({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress} ${remotePort}`
}

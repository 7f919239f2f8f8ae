/** The embedded broker's door on the web server: which upgrades it takes, and from whom they come. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import proxyAddr from '@fastify/proxy-addr'
import { namesTwoHosts } from '../http/one-host.ts'
import type { BrokerEndpoint } from './broker.ts'
import { MAX_STRANGER_BYTES } from './limits.ts'

/** Where the embedded broker answers, on the server's own port. */
export const MQTT_PATH = '/mqtt'
export const SUBPROTOCOL = 'mqtt'

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** An HTTP status when the upgrade is none to the broker, else null. */
export function upgradeRefusal(request: IncomingMessage): string | null {
  const path = (request.url ?? '').split('?', 1)[0]
  if (namesTwoHosts(request)) return '400 Bad Request'
  if (path !== MQTT_PATH) return '404 Not Found'
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  return offered.includes(SUBPROTOCOL) ? null : '400 Bad Request'
}

export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** The client's address as REST sees it too: through proxies only when they are trusted (TRUST_PROXY). */
export function createAddressFinder(trustProxy: false | string): (request: IncomingMessage) => string {
  if (trustProxy === false) return (request) => request.socket.remoteAddress ?? ''
  const trust = proxyAddr.compile(trustProxy.split(',').map((name) => name.trim()))
  // Of a peer that is gone already there is none.
  return (request) => proxyAddr(request, trust) ?? ''
}

/**
 * Ends a connection that sends more than a CONNECT before it was let in. The WebSocket's own limit, which has to be large enough for
 * the backend's events, would let each stranger leave a quarter of a megabyte in a frame that never ends.
 */
export function boundStranger(socket: Duplex, onRefused: () => void): { letIn(): void } {
  let bytes = 0
  const count = (chunk: Buffer): void => {
    bytes += chunk.length
    if (bytes <= MAX_STRANGER_BYTES) return
    socket.off('data', count)
    onRefused()
    socket.destroy()
  }
  socket.on('data', count)
  return { letIn: () => void socket.off('data', count) }
}

/** `wss` when the page was loaded over HTTPS, because a browser refuses anything else there. Throws on what is no origin. */
export function embeddedEndpoint(requestOrigin: string, wsUrl: string | undefined): BrokerEndpoint {
  if (wsUrl !== undefined) return { url: wsUrl, protocolVersion: 4 }
  const url = new URL(MQTT_PATH, requestOrigin)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return { url: url.href, protocolVersion: 4 }
}

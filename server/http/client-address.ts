import { isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'

const IPV6_GROUPS = 8
const NETWORK_GROUPS = 4

/**
 * By which address attempts are counted. A home has a whole IPv6 network (/64): another address of it is no other client. What came
 * through a proxy that is not trusted counts apart from this machine's own: a stranger behind it must not lock the admin out.
 */
export function clientAddress(request: FastifyRequest): string {
  const network = networkOf(request.ip)
  const isTrusted = request.ips !== undefined
  const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined
  return isForwarded && !isTrusted ? `${network} (proxy)` : network
}

/** Exported for tests. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(ip)) return ip
  const [head = '', tail] = ip.toLowerCase().replace(/%.*$/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: IPV6_GROUPS - before.length - after.length }, () => '0')
  const groups = [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''))
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`
}

import type { FastifyRequest } from 'fastify'
import { networkOf } from '../network-of.ts'

/**
 * By which address attempts are counted. What came through a proxy that is not trusted counts apart from this machine's own: a
 * stranger behind it must not lock the admin out.
 */
export function clientAddress(request: FastifyRequest): string {
  const network = networkOf(request.ip)
  const isTrusted = request.ips !== undefined
  const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined
  return isForwarded && !isTrusted ? `${network} (proxy)` : network
}

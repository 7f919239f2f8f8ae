import type { FastifyRequest } from 'fastify'

const HOST = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/**
 * The origin by which the browser reached this server. Behind a proxy that ends TLS the request itself came by http, so
 * PUBLIC_URL decides where it names the same host; an unusable Host header counts as PUBLIC_URL too.
 */
export function requestOrigin(request: FastifyRequest, publicUrl: string): string {
  const { host, protocol } = request
  if (!HOST.test(host) || host.toLowerCase() === new URL(publicUrl).host) return publicUrl
  return `${protocol}://${host}`
}

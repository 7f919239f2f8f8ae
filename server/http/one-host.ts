import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { invalidRequest } from './api-error.ts'

/**
 * A Fastify hook that refuses a request which names two hosts: Node takes the first, a proxy in front may have judged by the
 * other (RFC 9112, section 3.2).
 */
export async function refuseTwoHosts({ raw }: FastifyRequest): Promise<void> {
  if (namesTwoHosts(raw)) throw invalidRequest('A request names one host')
}

export function namesTwoHosts({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  // Names and values by turns.
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length > 1
}

import type { FastifyInstance } from 'fastify'
import { ApiError } from './api-error.ts'
import { clientAddress } from './client-address.ts'
import { createOpenGate } from './open-gate.ts'
import { OPEN_OF_ADDRESS } from './web-server.ts'

/** Bounds the requests under way of one client also where a trusted proxy brings those of all over a few connections. */
export function boundOpenRequests(app: FastifyInstance, ofAddress = OPEN_OF_ADDRESS): void {
  const gate = createOpenGate({ total: Number.POSITIVE_INFINITY, ofAddress })
  app.addHook('onRequest', async (request, reply) => {
    const entered = gate.enter(clientAddress(request))
    if (typeof entered === 'string') {
      throw new ApiError(429, 'too_many_requests', 'Too many requests at the same time', { 'retry-after': '2' })
    }
    // Compression and files that are sent listen too: Node warns of more than ten.
    reply.raw.setMaxListeners(reply.raw.getMaxListeners() + 1)
    reply.raw.once('close', entered)
  })
}

import type { FastifyInstance } from 'fastify'
import type { AppDeps } from '../app-deps.ts'
import type { AdminGate } from '../http/admin-gate.ts'
import { isDatabaseReachable } from '../sql/health.ts'

const PROBE_TIMEOUT_MS = 2_000

/** `/healthz` (the process runs), `/readyz` (it can serve; the broker's state is told, not required), `/metrics`. */
export function registerHealthRoutes(app: FastifyInstance, deps: AppDeps, gate: AdminGate): void {
  app.get('/healthz', async () => ({ status: 'ok' }))

  app.get('/readyz', async (_request, reply) => {
    const database = await isDatabaseReachable(deps.db, PROBE_TIMEOUT_MS)
    return reply.code(database ? 200 : 503).send({
      status: database ? 'ready' : 'unavailable',
      database: { driver: deps.db.driver, connected: database },
      broker: { name: deps.broker.name, connected: deps.broker.connected },
    })
  })

  app.get('/metrics', async (request, reply) => {
    // The address says nothing: a plain proxy on this machine connects from loopback for everybody.
    await gate.hook(request)
    return reply.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics())
  })
}

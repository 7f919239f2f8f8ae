/**
 * The web server: REST, health, metrics and the built web app on one port. It opens no port by itself, so that tests can
 * inject requests and `main.ts` can choose between HTTP and HTTPS.
 */
import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import type { AppDeps, RouteDeps } from './app-deps.ts'
import { createCatalogueImports } from './catalogue/import-catalogue.ts'
import { createCausedLines } from './caused-lines.ts'
import { asParty } from './database/party.ts'
import { registerProofNonceRoute } from './devices/proof-guard.ts'
import { createAdminGate } from './http/admin-gate.ts'
import { answerError } from './http/answer-error.ts'
import { bearerToken, createDeviceGuard, noteUnknownIds } from './http/authenticate.ts'
import { boundOpenRequests } from './http/bound-open-requests.ts'
import { boundJsonBodies } from './http/json-bounds.ts'
import { createMethodFinder } from './http/method-finder.ts'
import { refuseTwoHosts } from './http/one-host.ts'
import { securityHeaders } from './http/security-headers.ts'
import { createWebServer } from './http/web-server.ts'
import { registerAdminBackupRoutes } from './routes/admin-backup.ts'
import { registerAdminPeopleRoutes } from './routes/admin-people.ts'
import { registerAdminProductRoutes } from './routes/admin-products.ts'
import { registerAdminShopRoutes } from './routes/admin-shops.ts'
import { registerAdjustmentRoute, registerBranchRoutes } from './routes/branch.ts'
import { registerDeviceRoutes, registerEnrollRoute } from './routes/device.ts'
import { registerHealthRoutes } from './routes/health.ts'
import { registerMasterRoutes } from './routes/master.ts'
import { registerOwnerDeviceRoutes } from './routes/owner-devices.ts'
import { registerOwnerProductRoutes } from './routes/owner-products.ts'
import { registerOwnerReportRoutes } from './routes/owner-reports.ts'
import { registerOwnerSecurityRoutes } from './routes/owner-security.ts'
import { registerStaffSessionRoutes } from './routes/owner-session.ts'
import { registerSettingsWriteRoute } from './routes/owner-settings.ts'
import { registerOwnerStaffRoutes } from './routes/owner-staff.ts'
import { registerOwnerStockRoutes } from './routes/owner-stock.ts'
import { registerConflictRoute, registerSellingRoutes } from './routes/selling.ts'
import { registerSignInRoute } from './routes/sign-in.ts'
import { createNotFoundHandler, registerWebApp } from './routes/web-app.ts'
import { SERVED_RESOURCES } from './sql/resources.ts'
import { createStaffGuard } from './staff/staff-guard.ts'

/** Of a body that is read before anybody has said who he is: an enrolment, or what no route takes. Bytes. */
const STRANGER_BODY_LIMIT = 4 * 1024
/** Behind a guard, which looks before the body is read. Bytes. */
const BODY_LIMIT = 1024 * 1024
/** Level 11, zlib's default for Brotli, takes seconds for a page of products. */
const BROTLI_QUALITY = 4
const COMPRESS_FROM_BYTES = 1024

export interface AppOptions {
  /** Folder of the built web app; null serves REST alone. */
  readonly distDir: string | null
  /** Serves HTTPS with these. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly hsts?: boolean
  readonly trustProxy?: false | string
  /** Origin of a broker that browsers reach elsewhere, `wss://…`. */
  readonly brokerOrigin?: string | null
  /** More routes outside of every guard (the calls of EMQX). */
  readonly extraRoutes?: (app: FastifyInstance) => void | Promise<void>
}

/** Builds the app with all its routes. The caller listens and closes. */
export async function createApp(parts: AppDeps, options: AppOptions): Promise<FastifyInstance> {
  const { tls, trustProxy = false } = options
  const lines = createCausedLines(parts.log, () => performance.now())
  const imports = createCatalogueImports({ db: parts.db, lines, now: () => performance.now() })
  const deps: RouteDeps = { ...parts, lines, imports, resources: parts.resources ?? SERVED_RESOURCES }
  const app = Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: STRANGER_BODY_LIMIT,
    trustProxy,
    forceCloseConnections: 'idle',
    serverFactory: (handler) =>
      createWebServer(handler, {
        tls,
        trustProxy,
        onRefused: (address, why) => lines('warn', { address, why }, 'web connections: no more of them'),
      }),
    // A URL that cannot be decoded never reaches a route.
    frameworkErrors: (error, request, reply) => {
      answerError(error, request, reply, lines)
    },
    routerOptions: { maxParamLength: 200 },
  })
  const methodsOf = createMethodFinder(app)
  app.removeContentTypeParser('text/plain')
  boundJsonBodies(app)
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, lines))
  app.setNotFoundHandler(createNotFoundHandler(options.distDir, methodsOf))
  boundOpenRequests(app)
  app.addHook('onRequest', refuseTwoHosts)
  // Until a guard has looked, a token is only a claim: made-up ones must not get turns of their own. Said twice, because what reads
  // a body goes on from the socket, which knows nothing of the request.
  app.addHook('onRequest', (request, _reply, done) => asParty(`address:${request.ip}`, done))
  app.addHook('preValidation', (request, _reply, done) => asParty(partyOf(request), done))
  app.addHook('onResponse', async (request, reply) => {
    const status = reply.statusCode
    const { url: route = 'none' } = request.routeOptions
    deps.metrics.observeRequest({ method: request.method, route, status, seconds: reply.elapsedTime / 1000 })
    request.log.debug(
      { method: request.method, url: request.url, status, ms: Math.round(reply.elapsedTime) },
      'request',
    )
  })
  await app.register(
    helmet,
    securityHeaders({ brokerOrigin: options.brokerOrigin ?? null, hsts: options.hsts ?? false }),
  )
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    threshold: COMPRESS_FROM_BYTES,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  })
  await app.register(rateLimit, { global: false })
  app.addHook('onListen', () => imports.resume())
  // A request that waits for its import would keep the server from stopping.
  app.addHook('preClose', async () => imports.stop())
  app.addHook('onClose', () => deps.security.flush())

  const gate = createAdminGate(deps)
  registerHealthRoutes(app, deps, gate)
  await app.register(async (open) => {
    open.addHook('onRequest', forbidCaching)
    registerEnrollRoute(open, deps)
    registerProofNonceRoute(open, deps)
  })
  await app.register(async (devices) => {
    takeLargeBodies(devices)
    const guard = createDeviceGuard(deps)
    devices.addHook('onRequest', forbidCaching)
    devices.addHook('onRequest', guard.hook)
    devices.addHook('onError', noteUnknownIds(guard, deps.security))
    registerDeviceRoutes(devices, deps, guard)
    registerSignInRoute(devices, deps, guard)
    registerMasterRoutes(devices, deps, guard)
    registerBranchRoutes(devices, deps, guard)
    registerSellingRoutes(devices, deps, guard)
    registerStaffSessionRoutes(devices, deps, guard)
    await devices.register(async (owners) => {
      const owner = createStaffGuard(deps, guard)
      owners.addHook('onRequest', owner.hook)
      registerOwnerStaffRoutes(owners, deps, owner)
      registerOwnerDeviceRoutes(owners, deps, owner)
      registerOwnerReportRoutes(owners, deps, owner)
      registerOwnerProductRoutes(owners, deps, owner)
      registerOwnerStockRoutes(owners, deps, owner)
      registerOwnerSecurityRoutes(owners, deps, owner)
      registerAdjustmentRoute(owners, deps, owner)
      registerConflictRoute(owners, deps, owner)
    })
  })
  await app.register(async (settings) => {
    takeLargeBodies(settings)
    settings.addHook('onRequest', forbidCaching)
    registerSettingsWriteRoute(settings, deps, gate)
  })
  await app.register(async (admin) => {
    takeLargeBodies(admin)
    admin.addHook('onRequest', forbidCaching)
    admin.addHook('onRequest', gate.hook)
    registerAdminShopRoutes(admin, deps)
    registerAdminPeopleRoutes(admin, deps)
    registerAdminProductRoutes(admin, deps)
    registerAdminBackupRoutes(admin, deps)
  })
  await options.extraRoutes?.(app)
  if (options.distDir !== null) await registerWebApp(app, options.distDir)
  return app
}

/** For routes behind a guard. Those that take more say so themselves. */
function takeLargeBodies(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    route.bodyLimit ??= BODY_LIMIT
  })
}

/** Who takes turns with others at the database once the guards have looked: the holder of a token, else an address. */
function partyOf(request: FastifyRequest): string {
  const token = bearerToken(request)
  return token === null ? `address:${request.ip}` : `token:${token}`
}

/** Answers hold tokens and a shop's figures; pages with an ETag allow their own caching afterwards. */
async function forbidCaching(
  _request: unknown,
  reply: { header(name: string, value: string): unknown },
): Promise<void> {
  reply.header('cache-control', 'no-store')
}

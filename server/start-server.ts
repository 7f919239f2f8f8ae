/**
 * Composes the server: database, broker adapter, web server, publisher. Each part learns of the others here and nowhere else.
 * Order matters: the web server listens before the broker connects, because EMQX asks it about that very connection.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { AppDeps } from './app-deps.ts'
import { createBroker } from './broker/create-broker.ts'
import { brokerConfigOf, type Config } from './config.ts'
import { openSqlPort } from './database/sql-port.ts'
import { seedDemo } from './demo/seed-demo.ts'
import { createDeviceDirectory } from './devices/device-directory.ts'
import { PIN_ITERATIONS } from './devices/pin-hash.ts'
import { keepAdminToken } from './lifecycle/admin-token.ts'
import { describeListenError, listen, listenHost, portOf } from './lifecycle/listen.ts'
import { observePublisher } from './lifecycle/observe-publisher.ts'
import { openStore } from './lifecycle/open-store.ts'
import { countRequests } from './lifecycle/request-counter.ts'
import { writeServerUrl } from './lifecycle/server-url.ts'
import { keepSqlPassword, writeSqlUrl } from './lifecycle/sql-password.ts'
import { createMetrics } from './metrics.ts'
import { createPublisher } from './publisher/publisher.ts'
import { registerMqttHooks } from './routes/mqtt-hooks.ts'
import { createSecurityLog } from './security/security-log.ts'
import { countBacklog } from './sql/publisher-leases.ts'
import { lanAddress } from './tls/machine-names.ts'
import { prepareTls } from './tls/prepare-tls.ts'
import { createTrustServer } from './tls/trust-server.ts'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const REQUESTS_DRAIN_MS = 3_000

export interface RunningServer {
  readonly deps: AppDeps
  readonly port: number
  /** Origin for this computer's own browser. */
  readonly localUrl: string
  /** The plain page that explains how to trust the local CA, and its fingerprint (SHA-256); null without one. */
  readonly trust: { readonly url: string; readonly fingerprint: string } | null
  /** Port of the embedded database for SQL clients; null when it has none. */
  readonly sqlPort: number | null
  /** Stops in order: no more requests, publisher drained, broker, database; then the folder counts as cleanly left. */
  stop(): Promise<void>
}

export interface ServerEvents {
  /** The embedded database ended by itself: nothing works any more, and only a new process helps. */
  readonly onDatabaseLost?: (error: Error) => void
}

/** Starts everything. When a part fails, those before it are closed again and the error is thrown. */
export async function startServer(config: Config, log: Logger, events: ServerEvents = {}): Promise<RunningServer> {
  /** How to close what is open, in the order of opening. */
  const closers: (() => Promise<unknown>)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      await close().catch((error: unknown) => log.error({ err: error }, 'a part could not be closed'))
    }
  }
  try {
    return await compose(config, log, events, closers, closeAll)
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function compose(
  config: Config,
  log: Logger,
  { onDatabaseLost }: ServerEvents,
  closers: (() => Promise<unknown>)[],
  closeAll: () => Promise<void>,
): Promise<RunningServer> {
  const adminToken = config.adminToken ?? keepAdminToken(config.dataDir)
  const tls = await prepareTls(config, Date.now())
  const store = await openStore(config, log, { onLost: onDatabaseLost })
  closers.push(() => store.close())
  const { db } = store
  if (config.seed === 'demo' && (await seedDemo(db, { randomBytes, pinIterations: PIN_ITERATIONS }))) {
    log.info('filled the empty database with the demo shop')
  }

  const metrics = createMetrics()
  const security = createSecurityLog({ db, log, metrics })
  closers.push(() => security.flush())
  const { broker, access, attach } = await createBroker(brokerConfigOf(config), {
    devices: createDeviceDirectory(db, config.appEnv),
    log,
    onRefused: (name) => security.note({ kind: 'broker_refused', deviceId: name, name }),
  })
  let closeApp = async (): Promise<unknown> => undefined
  // WebSockets keep the web server open until the broker lets go of them.
  closers.push(() => Promise.all([closeApp(), broker.close()]))

  metrics.watchBacklog(() => countBacklog(db))
  broker.onConnection((connected) => metrics.setMqttConnected(connected))

  const scheme = tls ? 'https' : 'http'
  let port = config.port
  const deps: AppDeps = {
    db,
    broker,
    metrics,
    log,
    security,
    appEnv: config.appEnv,
    adminToken,
    // The port is known once it is open; nobody asks before.
    get publicUrl() {
      return config.publicUrl ?? `${scheme}://${lanAddress(networkInterfaces()) ?? 'localhost'}:${port}`
    },
    pinIterations: PIN_ITERATIONS,
    clock: Date.now,
    randomBytes,
  }
  const app = await createApp(deps, {
    distDir: existsSync(DIST) ? DIST : null,
    tls: tls ?? undefined,
    hsts: tls !== null && tls.localCa === null,
    trustProxy: config.trustProxy,
    brokerOrigin: config.broker.wsUrl === undefined ? null : webSocketOrigin(config.broker.wsUrl),
    extraRoutes: (instance) =>
      registerMqttHooks(instance, {
        access,
        secret: config.broker.hookSecret,
        signInsEnd: config.broker.emqxApi ? undefined : { clock: Date.now, random: Math.random },
        onRefused: (address) => security.note({ kind: 'token_unknown', address }),
      }),
  })
  closeApp = () => {
    // A browser's kept connection, which became idle only after the close began, would hold it up for a minute.
    app.server.closeAllConnections()
    return app.close()
  }
  attach(app.server)
  const requests = countRequests(app.server)
  await app.listen({ port: config.port, host: listenHost(config.host) }).catch((error: unknown) => {
    throw describeListenError(error, config.port)
  })
  port = portOf(app.server)

  let trust: RunningServer['trust'] = null
  if (tls?.localCa) {
    const { cert: caCert, fingerprint, leftOut, isUnbounded } = tls.localCa
    if (isUnbounded)
      log.warn('the local authority may sign any name: docs/operations.md says how to make a bounded one')
    if (leftOut.length > 0) log.warn({ names: leftOut }, 'the local authority may not sign for these names')
    const trustServer = createTrustServer({ appUrl: deps.publicUrl, appPort: port, caCert, fingerprint })
    const trustPort = await listen(trustServer, config.port === 0 ? 0 : port + 1, config.host)
    closers.push(async () => trustServer.close())
    trust = { url: `http://${new URL(deps.publicUrl).hostname}:${trustPort}`, fingerprint }
  }

  let sqlPort: number | null = null
  if (config.pgPort !== undefined && store.embedded) {
    const password = config.pgPassword ?? keepSqlPassword(config.dataDir)
    const opened = await openSqlPort(store.embedded, config.pgPort, log, {
      password,
      onWrongPassword: () => security.note({ kind: 'sql_password_wrong' }),
    })
    writeSqlUrl(config.dataDir, opened.port, password)
    closers.push(() => opened.close())
    sqlPort = opened.port
  }

  const publisher = createPublisher({
    db,
    broker,
    env: config.appEnv,
    owner: `${hostname()}:${process.pid}`,
    log,
    logUpdates: config.logUpdates,
    observer: observePublisher(metrics),
  })
  broker.start()
  publisher.start()
  log.info(
    { port, broker: broker.name, database: db.driver, epoch: store.life.epoch, sign: store.life.sign },
    'started',
  )

  const localUrl = `${scheme}://localhost:${port}`
  writeServerUrl(config.dataDir, localUrl)

  return {
    deps,
    port,
    localUrl,
    trust,
    sqlPort,
    async stop() {
      const closed = app.close()
      await requests.idle(REQUESTS_DRAIN_MS)
      await publisher.stop()
      await closeAll()
      await closed
      log.info('stopped')
    },
  }
}

/** `new URL(…).origin` is "null" for WebSockets in some engines; the CSP takes scheme and host. */
function webSocketOrigin(url: string): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}
